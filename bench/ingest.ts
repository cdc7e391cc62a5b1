// How many requests a second ingest takes, source by source with its signature, beside a bare Worker in the same workerd
// that reads the same body as JSON and sends it to a queue. Rule: same requests, same process, rounds in turns; what
// consumes the queues drops what it gets.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { createTestHarness } from "wrangler";
import type { SampleSourceName } from "../scripts/deliveries.ts";
import type { Delivery } from "../scripts/delivery.ts";
import { signHubspot } from "../scripts/sign-hubspot.ts";
import { readConfig } from "../tests/support/configs.ts";
import { dealChange } from "../tests/support/deals.ts";
import type { Bench, Report, Scale } from "./bench.ts";
import { delivery } from "./day.ts";
import { median, spread, timed } from "./rounds.ts";
import { cpuMs, workerds } from "./workerd.ts";

const SIZES = {
  quick: { requests: 40, rounds: 1 },
  usual: { requests: 300, rounds: 3 },
  full: { requests: 300, rounds: 3 },
};
/** Requests under way at a time. */
const AT_ONCE = 16;
const TARGET = 0.8;
const SAMPLES: readonly (readonly [SampleSourceName, string])[] = [
  ["hubspot", "deal-idle"],
  ["salesforce", "stage-changed-cdc"],
  ["gong", "competitor-on-call"],
  ["segment", "pricing-page"],
  ["rudderstack", "demo-requested"],
  ["posthog", "pricing-page"],
  ["standard", "competitor-mentioned"],
  ["cloudevents", "invoice-overdue"],
  ["track", "pricing-page"],
];

export const ingest: Bench = {
  name: "ingest",
  measures: "requests a second that ingest verifies, normalises and puts on its queues",
  against: "a bare Worker in the same workerd that reads the body as JSON and sends it to a queue",
  run,
};

type Case = { name: string; make(): Delivery };

async function run(scale: Scale): Promise<Report> {
  const { requests, rounds } = SIZES[scale];
  const env = parseEnv(readFileSync("sandbox/local.env", "utf8"));
  const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, env[name] ?? ""]));
  const ingestConfig = readConfig("workers/ingest/wrangler.toml");
  const server = createTestHarness({
    workers: [
      { configPath: join(import.meta.dirname, "sink/wrangler.toml") },
      {
        configPath: join(import.meta.dirname, "../workers/ingest/wrangler.toml"),
        vars: { ...named(Object.keys(ingestConfig.vars ?? {})), RETRY_BASE_SECONDS: "5" },
        secrets: named(ingestConfig.secrets.required),
      },
    ],
  });
  try {
    const { url } = await server.listen();
    const pids = workerds();
    const rows: string[][] = [];
    const ratios: number[] = [];
    for (const { name, make } of casesOf(env.HUBSPOT_CLIENT_SECRET ?? "")) {
      const figures = { ours: [] as number[], bare: [] as number[], oursCpu: [] as number[], bareCpu: [] as number[] };
      for (let round = -1; round < rounds; round += 1) {
        for (const who of ["bare", "ours"] as const) {
          const deliveries = Array.from({ length: requests }, make);
          const cpuBefore = cpuMs(pids);
          const ms = await timed(() => sendAll(url, deliveries, who === "bare"));
          // The first round warms up.
          if (round < 0) continue;
          figures[who].push(requests / (ms / 1_000));
          figures[`${who}Cpu`].push((cpuMs(pids) - cpuBefore) / requests);
        }
      }
      const ratio = median(figures.ours) / median(figures.bare);
      ratios.push(ratio);
      const cpu = `${median(figures.oursCpu).toFixed(1)} / ${median(figures.bareCpu).toFixed(1)} ms`;
      rows.push([name, spread(figures.bare), spread(figures.ours), `${ratio.toFixed(2)} ×`, cpu]);
    }
    const met = ratios.filter((ratio) => ratio >= TARGET).length;
    return {
      rows: [["source", "bare, a second", "ingest, a second", "ratio", "CPU of workerd, ours / bare"], ...rows],
      notes: [
        `Target: at least ${TARGET} of the bare Worker: met by ${met} of ${rows.length}.`,
        `${requests} requests a round, ${rounds} rounds, ${AT_ONCE} under way at a time, from this process over HTTP: ` +
          "what the sender takes is in both. Ingest sends to two queues, the signals and their audit steps, the bare " +
          "Worker to one; the CPU is that of all of workerd, with the queues and what empties them.",
      ],
    };
  } finally {
    await server.close();
  }
}

function casesOf(hubspotSecret: string): Case[] {
  const singles = SAMPLES.map(([source, sample]) => ({ name: source, make: () => delivery(source, sample) }));
  const make = () => {
    const body = JSON.stringify(Array.from({ length: 100 }, (_, n) => dealChange(700_000 + n)));
    const url = "http://localhost:8787/hooks/hubspot";
    const signed = signHubspot({ secret: hubspotSecret, method: "POST", url, body, timestamp: Date.now() });
    return { url, headers: { "content-type": "application/json", ...signed }, body };
  };
  return [...singles, { name: "hubspot, 100 events a request", make }];
}

async function sendAll(origin: URL, deliveries: readonly Delivery[], bare: boolean): Promise<void> {
  const left = [...deliveries];
  const sending = Array.from({ length: AT_ONCE }, async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const { pathname, search } = new URL(next.url);
      const path = bare ? "/bare" : `${pathname}${search}`;
      const answer = await fetch(new URL(path, origin), { method: "POST", headers: next.headers, body: next.body });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    }
  });
  await Promise.all(sending);
}
