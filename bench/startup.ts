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

export const startup: Bench = {
  name: "startup",
  measures: "milliseconds of CPU that each Worker takes to start",
  against: "a Worker of an empty Hono router",
  run,
};

async function run(scale: Scale): Promise<Report> {
  const empty = emptyWorker();
  const times = new Map([empty, ...DEPLOYED_CONFIGS].map((path): [string, number[]] => [path, []]));
  for (let round = 0; round < ROUNDS[scale]; round += 1) {
    for (const [path, own] of times) own.push(await activeMs(path));
  }
  const base = median(times.get(empty) ?? []);
  const largest = Math.max(...Array.from(times.values(), median));
  return {
    rows: [
      ["Worker", "CPU to start, ms", "to an empty Hono Worker"],
      ...Array.from(times, ([path, own]) => [
        path === empty ? "(empty Hono Worker)" : readConfig(path).name.replace("dealwire-", ""),
        spread(own, 1),
        `${(median(own) / base).toFixed(1)} ×`,
      ]),
    ],
    notes: [
      `By \`wrangler check startup\`, ${ROUNDS[scale]} rounds; the platform's limit is ${LIMIT_MS} ms, of which the slowest ` +
        `takes ${((largest / LIMIT_MS) * 100).toFixed(0)} % on this machine.`,
    ],
  };
}

async function activeMs(configPath: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "dealwire-startup-"));
  try {
    const args = ["check", "startup", "-c", configPath, "--outfile", join(folder, "startup.cpuprofile")];
    const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_LOG: "log" };
    const { stdout } = await promisify(execFile)(resolve("node_modules/.bin/wrangler"), args, { env });
    const active = /Active: ([\d.]+) ms/.exec(stdout)?.[1];
    if (active === undefined) throw new Error(`wrangler told no active time of ${configPath}:\n${stdout}`);
    return Number(active);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
