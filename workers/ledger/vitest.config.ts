// The ledger on a real D1, in workerd: `*.workerd.test.ts` beside the code.
import { resolve } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const here = (path: string) => resolve(import.meta.dirname, path);

/** Stands in for the Worker that owns the state: what is tested here calls none of its objects. */
const CLASSES = { BUDGET: "Budget", DEAL: "Deal", UPSTREAM: "Upstream" };
const STATE = `${Object.values(CLASSES)
  .map((name) => `export class ${name} {}`)
  .join(";")}; export default { fetch: () => new Response(null, { status: 404 }) };`;

export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: here("./wrangler.toml") },
      miniflare: {
        bindings: { TEST_MIGRATIONS: await readD1Migrations(here("../../migrations")) },
        workers: [
          {
            name: "dealwire-state",
            modules: true,
            script: STATE,
            compatibilityDate: "2026-10-01",
            durableObjects: CLASSES,
          },
        ],
      },
    })),
  ],
  cacheDir: here("../../node_modules/.vite/ledger"),
  test: { name: "ledger-workerd", root: here("."), include: ["*.workerd.test.ts"] },
});
