// Three kinds of tests, one command: logic in Node beside the code, bindings in workerd, the pipeline over the real
// wrangler.toml files. See style in CONTRIBUTING.md.
import { defineConfig } from "vitest/config";

// Wrangler would print a line for every batch that a queue delivers, and ask Cloudflare where on earth it runs.
const env = { WRANGLER_LOG: "error", WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };
const slow = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "{contract,runtime,connectors,rules,web,workers,durable-objects,sandbox,scripts}/**/*.test.{ts,tsx}",
          ],
          exclude: ["**/*.workerd.test.ts", "**/node_modules/**"],
          testTimeout: 60_000,
        },
      },
      "{durable-objects,workers/*}/vitest.config.ts",
      { test: { name: "pipeline", include: ["tests/**/*.test.ts"], maxWorkers: 2, env, ...slow } },
    ],
  },
});
