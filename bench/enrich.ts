// How many signals a second enrich gives their context, beside a bare consumer that makes the same number of fetches, and
// what its memories save: calls a signal and hit rates over a stream as a busy portal sends it. Rule: both under the same
// batch settings, in the same workerd, against the same stand-in, in rounds that take turns.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, stringify } from "smol-toml";
import { Envelope } from "#contract/envelope.ts";
import { SignalReceived } from "#contract/signal-received.ts";
import { pack } from "#runtime/publish.ts";
import { Pipeline } from "../tests/support/pipeline.ts";
import type { Bench, Report, Scale } from "./bench.ts";
import { UNLIMITED } from "./count/counted-pipeline.ts";
import type { Seen } from "./fetcher/worker.ts";
import { median, spread } from "./rounds.ts";

const SIZES = {
  quick: { signals: 100, rounds: 1 },
  usual: { signals: 600, rounds: 3 },
  full: { signals: 3_000, rounds: 5 },
};
/** The stream comes in so many parts, one after the other, as webhooks do. */
const PARTS = 10;
const DEADLINE_MS = 120_000;

export const enrich: Bench = {
  name: "enrich",
  measures: "signals a second through enrich, calls a signal and what its caches answer",
  against: "a bare consumer that makes the same number of fetches",
  run,
};

async function run(scale: Scale): Promise<Report> {
  const { signals, rounds } = SIZES[scale];
  const configs = [sandboxAlone(), "wrangler.toml", "workers/enrich/wrangler.toml", "bench/fetcher/wrangler.toml"];
  const pipeline = new Pipeline(UNLIMITED, configs);
  const calls = countCalls();
  await pipeline.start();
  try {
    const { records } = await pipeline.sandbox("hubspot");
    const deals = (records.deals ?? []).map(({ id }) => id);
    const ours: number[] = [];
    const bare: number[] = [];
    const callsASignal: number[] = [];
    const before = await seen(pipeline);
    for (let round = -1; round < rounds; round += 1) {
      const stream = streamOf(deals, signals);
      const [seconds, made] = await drained(pipeline, ["enrich", "SIGNALS"], partsOf(stream), signals, calls);
      const fetches = (n: number) => Math.floor(((n + 1) * made) / signals) - Math.floor((n * made) / signals);
      const events = stream.map((event, n) => ({ ...event, deal: dealOf(event), fetches: fetches(n) }));
      const [bareSeconds] = await drained(pipeline, ["bench-fetcher", "BARE"], partsOf(events), signals, calls);
      // The first round warms up.
      if (round < 0) continue;
      ours.push(signals / seconds);
      bare.push(signals / bareSeconds);
      callsASignal.push(made / signals);
    }
    return reportOf({ ours, bare, callsASignal, signals, rounds, deals: deals.length }, before, await seen(pipeline));
  } finally {
    await pipeline.stop();
  }
}

/** The front door without the Workers that are not measured. */
function sandboxAlone(): string {
  const { services: _, ...config } = parse(readFileSync("sandbox/wrangler.toml", "utf8"));
  const folder = ".build/bench/sandbox-alone";
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "wrangler.toml");
  writeFileSync(path, stringify({ ...config, main: resolve("sandbox/worker.ts") }));
  return path;
}

/** Calls of Workers to outside systems go through the `fetch` of this process, until the pipeline stops. */
function countCalls(): { made: number } {
  const calls = { made: 0 };
  const outbound = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    calls.made += 1;
    return outbound(input, init);
  };
  return calls;
}

const seen = (pipeline: Pipeline) => pipeline.ask<Seen>("bench-fetcher", "/");

/**
 * Six of ten signals are changes in the CRM, which make it be read anew, the rest come from elsewhere. Half of all are
 * about a fifth of the deals.
 */
function streamOf(deals: readonly string[], count: number): Envelope[] {
  const golden = Envelope.parse(JSON.parse(readFileSync("contract/golden/signal.received.v1.json", "utf8")));
  const payload = SignalReceived.parse(golden.payload);
  const busy = Math.ceil(deals.length / 5);
  const now = new Date().toISOString();
  return Array.from({ length: count }, (_, n) => {
    const deal = n % 2 === 0 ? deals[(n * 7) % busy] : deals[(n * 31) % deals.length];
    const digits = String(n + Math.floor(Math.random() * 1e12)).padStart(26, "0");
    const fromCrm = n % 5 < 3;
    return {
      ...golden,
      event_id: `${golden.event_id.slice(0, -12)}${digits.slice(-12)}`,
      correlation_id: digits.padStart(32, "1"),
      payload: {
        ...payload,
        signal_id: `sig_${Array.from(digits, (digit) => "abcdefghij"[Number(digit)]).join("")}`,
        source: fromCrm ? "hubspot" : "standard",
        signal_type: fromCrm ? "crm_event" : "call_complete",
        payload: fromCrm ? payload.payload : { event: "call.completed", competitors: ["Globex"] },
        subject: `hubspot:${deal}`,
        deal_id: `hubspot:${deal}`,
        fired_at: now,
        received_at: now,
      },
    };
  });
}

function dealOf({ payload }: Envelope): string {
  return SignalReceived.parse(payload).deal_id?.replace("hubspot:", "") ?? "";
}

function partsOf(events: readonly Envelope[]): string[][] {
  const size = Math.ceil(events.length / PARTS);
  return Array.from({ length: PARTS }, (_, part) => pack(events.slice(part * size, (part + 1) * size)));
}

/** Sends the parts and waits until all is through: the seconds, and the calls that were made meanwhile. */
async function drained(
  pipeline: Pipeline,
  [worker, binding]: readonly [string, string],
  parts: readonly string[][],
  count: number,
  calls: { made: number },
): Promise<[number, number]> {
  const queue = await pipeline.queue(worker, binding);
  const goal = (await seen(pipeline)).arrived + count;
  const callsBefore = calls.made;
  const startedAt = performance.now();
  for (const bodies of parts) for (const body of bodies) await queue.send(body, { contentType: "text" });
  await pipeline.until(`${count} events`, async () => (await seen(pipeline)).arrived >= goal, DEADLINE_MS);
  return [(performance.now() - startedAt) / 1_000, calls.made - callsBefore];
}

type Figures = {
  ours: number[];
  bare: number[];
  callsASignal: number[];
  signals: number;
  rounds: number;
  deals: number;
};

function reportOf(figures: Figures, before: Seen, after: Seen): Report {
  const { ours, bare, callsASignal, signals, rounds, deals } = figures;
  const share = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(0)} %`;
  const hits = after.upstream.cache.hits - before.upstream.cache.hits;
  const asked = hits + after.upstream.cache.misses - before.upstream.cache.misses;
  return {
    rows: [
      ["", "signals a second", "to the bare consumer"],
      ["bare consumer", spread(bare), "1.00 ×"],
      ["enrich", spread(ours), `${(median(ours) / median(bare)).toFixed(2)} ×`],
    ],
    notes: [
      `${spread(callsASignal, 2)} calls to the CRM a signal.`,
      `Of what signals ask a CRM for, ${share(after.batched - before.batched, after.reads - before.reads)} was read by ` +
        `another signal of the batch; of the requests that were left, ${share(hits, asked)} were answered by the cache of ` +
        "records.",
      `${signals} signals a round, ${rounds} rounds, on ${deals} deals of the book, half of them about a fifth of the ` +
        "deals; 60 % are changes in the CRM, each of which makes its deal be read anew. Enrich also reads and writes D1, " +
        "and the calls of both go through this process to the sandbox in the same workerd.",
    ],
  };
}
