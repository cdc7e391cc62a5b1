// The ledger on a real D1, in workerd: `*.workerd.test.ts` beside the code.
import { resolve } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const here = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: here("./wrangler.toml") },
      miniflare: { bindings: { TEST_MIGRATIONS: await readD1Migrations(here("../../migrations")) } },
    })),
  ],
  cacheDir: here("../../node_modules/.vite/ledger"),
  test: { name: "ledger-workerd", root: here("."), include: ["*.workerd.test.ts"] },
});
