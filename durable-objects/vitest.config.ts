// The Deal object in workerd, with its real bindings from the root wrangler.toml. The queues have no consumers here, so
// what is sent is dropped; the tests look at what the object stores and at what they put in place of `publish`.
import { resolve } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const here = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  plugins: [cloudflareTest({ wrangler: { configPath: here("../wrangler.toml") } })],
  cacheDir: here("../node_modules/.vite/state"),
  test: { name: "workerd", root: here("."), include: ["**/*.workerd.test.ts"] },
});
