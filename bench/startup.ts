// The CPU that each Worker takes before its first request, as wrangler's own profiler sees it here. Rule: Workers take
// turns, round after round, and a Worker of an empty Hono router is the baseline.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { DEPLOYED_CONFIGS } from "../scripts/worker-configs.ts";
import { readConfig } from "../tests/support/configs.ts";
import type { Bench, Report, Scale } from "./bench.ts";
import { emptyWorker } from "./empty-worker.ts";
import { median, spread } from "./rounds.ts";

const ROUNDS = { quick: 1, usual: 5, full: 15 };
/** The platform refuses a Worker that takes longer (https://developers.cloudflare.com/workers/platform/limits/). */
const LIMIT_MS = 1_000;
/** The profiler looks about once a millisecond. */
const SEEN_MS = 1;

export const startup: Bench = {
  name: "startup",
  measures: "milliseconds of CPU that each Worker takes to start",
  against: "a Worker of an empty Hono router",
  run,
};

async function run(scale: Scale): Promise<Report> {
  const empty = emptyWorker();
  const folder = await mkdtemp(join(tmpdir(), "dealwire-startup-"));
  try {
    const workers: { name: string; bundle: string; times: number[] }[] = [];
    for (const path of [empty, ...DEPLOYED_CONFIGS]) {
      const name = path === empty ? "(empty Hono Worker)" : readConfig(path).name.replace("dealwire-", "");
      const bundle = join(folder, `${workers.length}.bundle`);
      await wrangler(["deploy", "--dry-run", "--minify", "--outfile", bundle, "-c", path]);
      workers.push({ name, bundle, times: [] });
    }
    for (let round = -1; round < ROUNDS[scale]; round += 1) {
      for (const { bundle, times } of workers) {
        const ms = await activeMs(bundle, folder);
        // The first round warms the caches of the machine.
        if (round >= 0) times.push(ms);
      }
    }
    const [base, ...rest] = workers.map(({ times }) => median(times));
    const largest = Math.max(...rest);
    return {
      rows: [
        ["Worker", "CPU to start, ms", "to an empty Hono Worker"],
        ...workers.map(({ name, times }) => [name, spread(times, 1), ratio(median(times), base ?? 0)]),
      ],
      notes: [
        `By \`wrangler check startup\` of what is deployed, ${ROUNDS[scale]} rounds; the platform's limit is ${LIMIT_MS} ms, ` +
          `of which the slowest takes ${((largest / LIMIT_MS) * 100).toFixed(0)} % on this machine. Where there is no ratio, the ` +
          "empty Worker started in less than the profiler sees.",
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const ratio = (ms: number, base: number) => (base < SEEN_MS ? "–" : `${(ms / base).toFixed(1)} ×`);

/** Of the bundle that is given: left to itself, the profiler builds the Worker of the working directory. */
async function activeMs(bundle: string, folder: string): Promise<number> {
  const out = await wrangler(["check", "startup", "--worker", bundle, "--outfile", join(folder, "startup.cpuprofile")]);
  const active = /Active: ([\d.]+) ms/.exec(out)?.[1];
  if (active === undefined) throw new Error(`wrangler told no active time:\n${out}`);
  return Number(active);
}

async function wrangler(args: readonly string[]): Promise<string> {
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_LOG: "log" };
  const { stdout } = await promisify(execFile)(resolve("node_modules/.bin/wrangler"), args, { env });
  return stdout;
}
