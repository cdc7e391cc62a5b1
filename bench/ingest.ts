// How many requests a second ingest takes, source by source with its signature, beside a bare Worker in the same workerd
// that reads the same body as JSON and sends it to a queue. Rules: same requests, same process, rounds in turns, each Worker
// as it is deployed and behind a socket of its own; what consumes the queues drops what it gets.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import type { SampleSourceName } from "../scripts/deliveries.ts";
import type { Delivery } from "../scripts/delivery.ts";
import { signHubspot } from "../scripts/sign-hubspot.ts";
import { readConfig } from "../tests/support/configs.ts";
import { dealChange } from "../tests/support/deals.ts";
import type { Bench, Report, Scale } from "./bench.ts";
import { delivery } from "./day.ts";
import { type DirectWorker, post, startDirect } from "./direct.ts";
import { median, spread, timed } from "./rounds.ts";
import { cpuMs, workerds } from "./workerd.ts";

const SIZES = {
  quick: { requests: 100, rounds: 1 },
  usual: { requests: 1_000, rounds: 5 },
  full: { requests: 2_000, rounds: 9 },
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
  ["slack", "message"],
  ["track", "pricing-page"],
];

export const ingest: Bench = {
  name: "ingest",
  measures: "requests a second that ingest verifies, normalises and puts on its queues",
  against: "a bare Worker in the same workerd that reads the body as JSON and sends it to a queue",
  run,
};

/** `limited` asks the limiter as it ships; `ours` does not. */
const RUNNERS = ["bare", "ours", "limited"] as const;
type Runner = (typeof RUNNERS)[number];
type Figures = Record<Runner, { perSecond: number[]; cpu: number[] }>;
/** `events` in each request. */
type Case = { name: string; events: number; make(): Delivery };

async function run(scale: Scale): Promise<Report> {
  const { requests, rounds } = SIZES[scale];
  const env = parseEnv(readFileSync("sandbox/local.env", "utf8"));
  const direct = await startDirect([
    { configPath: "bench/bare/wrangler.toml", name: "bare" },
    { ...ingestWith(env), name: "ours", without: ["ratelimits", "queueConsumers"] },
    { ...ingestWith(env), name: "limited", without: ["queueConsumers"] },
  ]);
  try {
    const pids = workerds();
    const rows: string[][] = [];
    let met = 0;
    const cases = casesOf(env.HUBSPOT_CLIENT_SECRET ?? "");
    for (const { name, events, make } of cases) {
      const figures: Figures = {
        bare: { perSecond: [], cpu: [] },
        ours: { perSecond: [], cpu: [] },
        limited: { perSecond: [], cpu: [] },
      };
      // Fewer, where each is a hundred times the work.
      const count = Math.ceil(requests / Math.sqrt(events));
      for (let round = -1; round < rounds; round += 1) {
        for (const runner of RUNNERS) {
          const deliveries = Array.from({ length: count }, make);
          const cpuBefore = cpuMs(pids);
          const ms = await timed(() => sendAll(direct.url(runner), deliveries));
          // The first round warms up.
          if (round < 0) continue;
          figures[runner].perSecond.push(count / (ms / 1_000));
          figures[runner].cpu.push((cpuMs(pids) - cpuBefore) / count);
        }
      }
      const ratioOf = (runner: Runner) => median(figures[runner].perSecond) / median(figures.bare.perSecond);
      if (ratioOf("ours") >= TARGET) met += 1;
      rows.push([
        name,
        spread(figures.bare.perSecond),
        spread(figures.ours.perSecond),
        `${ratioOf("ours").toFixed(2)} ×`,
        `${median(figures.ours.cpu).toFixed(2)} / ${median(figures.bare.cpu).toFixed(2)} ms`,
        `${ratioOf("limited").toFixed(2)} ×`,
      ]);
    }
    return {
      rows: [
        ["source", "bare, a second", "ingest, a second", "ratio", "CPU, ours / bare", "with the limiter"],
        ...rows,
      ],
      notes: [
        `Target: at least ${TARGET} of the bare Worker: met by ${met} of ${rows.length}. The bare Worker verifies, derives and ` +
          "checks nothing; docs/scaling.md says where the time of ingest goes.",
        `${requests} requests a round (fewer of a hundred events), ${rounds} rounds, ${AT_ONCE} under way at a time. The CPU is ` +
          "that of all of workerd, with the queues and what empties them.",
        "The last column asks the rate limiter, as ingest does when it is deployed. Locally that is an object that writes a row " +
          "for each request; on the platform it is a counter in the memory of the machine, so the ratio leaves it out.",
      ],
    };
  } finally {
    await direct.close();
  }
}

function ingestWith(env: NodeJS.Dict<string>): Omit<DirectWorker, "name"> {
  const configPath = "workers/ingest/wrangler.toml";
  const { vars, secrets } = readConfig(configPath);
  const names = [...Object.keys(vars ?? {}), ...secrets.required];
  const bindings = Object.fromEntries(names.map((name) => [name, env[name] ?? ""]));
  return { configPath, bindings: { ...bindings, RETRY_BASE_SECONDS: "5" } };
}

function casesOf(hubspotSecret: string): Case[] {
  const singles = SAMPLES.map(([source, sample]) => ({
    name: source,
    events: 1,
    make: () => delivery(source, sample),
  }));
  const make = () => {
    const body = JSON.stringify(Array.from({ length: 100 }, (_, n) => dealChange(700_000 + n)));
    const url = "http://localhost:8787/hooks/hubspot";
    const signed = signHubspot({ secret: hubspotSecret, method: "POST", url, body, timestamp: Date.now() });
    return { url, headers: { "content-type": "application/json", ...signed }, body };
  };
  return [...singles, { name: "hubspot, 100 events a request", events: 100, make }];
}

async function sendAll(to: URL, deliveries: readonly Delivery[]): Promise<void> {
  const left = [...deliveries];
  const sending = Array.from({ length: AT_ONCE }, async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const { pathname, search } = new URL(next.url);
      await post(new URL(`${pathname}${search}`, to).href, next.headers, next.body);
    }
  });
  await Promise.all(sending);
}
