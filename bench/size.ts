// How large each Worker is as deployed, beside a Worker that has only the router that our sites use. Rule: the same
// bundler and the same settings for all.
import { DEPLOYED_CONFIGS } from "../scripts/worker-configs.ts";
import { readConfig } from "../tests/support/configs.ts";
import type { Bench, Report } from "./bench.ts";
import { bundleOf } from "./bundle.ts";
import { emptyWorker } from "./empty-worker.ts";

const TARGET_GZIP = 100_000;
/** What has CEL, and for decide the model library, has a target of its own. */
const OWN_TARGETS: Readonly<Record<string, number>> = { decide: 300_000, rules: 150_000 };
/** Bundlers at a time: each takes a core. */
const AT_ONCE = 2;

export const size: Bench = {
  name: "size",
  measures: "each Worker's bundle, minified and gzip",
  against: "a Worker of an empty Hono router",
  run,
};

export type Sizes = Record<string, { min: number; gzip: number }>;

/** Of every Worker that is deployed. */
export async function sizes(): Promise<Sizes> {
  const found: Sizes = {};
  const left = [...DEPLOYED_CONFIGS];
  const bundling = Array.from({ length: AT_ONCE }, async () => {
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      const { minBytes, gzipBytes } = await bundleOf(path);
      found[readConfig(path).name.replace("dealwire-", "")] = { min: minBytes, gzip: gzipBytes };
    }
  });
  await Promise.all(bundling);
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => a.localeCompare(b)));
}

async function run(): Promise<Report> {
  const empty = await bundleOf(emptyWorker());
  const kb = (bytes: number) => `${(bytes / 1_000).toFixed(1)} KB`;
  const all = Object.entries(await sizes());
  const missed = all.filter(([worker, { gzip }]) => gzip > (OWN_TARGETS[worker] ?? TARGET_GZIP));
  return {
    rows: [
      ["Worker", "minified", "gzip", "to an empty Hono Worker"],
      ["(empty Hono Worker)", kb(empty.minBytes), kb(empty.gzipBytes), "1.0 ×"],
      ...all.map(([worker, { min, gzip }]) => [worker, kb(min), kb(gzip), `${(gzip / empty.gzipBytes).toFixed(1)} ×`]),
    ],
    notes: [
      `Target: 100 KB gzip each, decide 300 KB, rules 150 KB: ${
        missed.length === 0 ? "met" : `missed by ${missed.map(([worker]) => worker).join(", ")}`
      }.`,
    ],
  };
}
