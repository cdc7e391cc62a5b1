// Three kinds of tests, one command: logic in Node beside the code, bindings in workerd, the pipeline over the real
// wrangler.toml files. See style in CONTRIBUTING.md.
import { defineConfig } from "vitest/config";

// Wrangler would print a line for every batch that a queue delivers, and ask Cloudflare where on earth it runs.
const env = { WRANGLER_LOG: "error", WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };
// In CI a test over real time that fails is run once more, and the report says so: a busy machine is no fault of a change.
const slow = { testTimeout: 180_000, hookTimeout: 180_000, retry: process.env.CI ? 1 : 0 };

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
      // Two files at a time: they wait more than they compute.
      { test: { name: "pipeline", include: ["tests/**/*.test.ts"], maxWorkers: 2, env, ...slow } },
    ],
  },
});
