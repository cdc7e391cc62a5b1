// How long a signal takes to its effect: alone, in a burst, at half of what the pipeline did in the burst, and beside a
// backlog of bulk signals; with the batch settings that ship. Rule: told beside the floor, the sum of the batch timeouts on
// the way.
import { readFileSync } from "node:fs";
import { Envelope } from "#contract/envelope.ts";
import { SignalReceived } from "#contract/signal-received.ts";
import { createPublish } from "#runtime/publish.ts";
import { readConfig } from "../tests/support/configs.ts";
import type { Pipeline } from "../tests/support/pipeline.ts";
import type { Bench, Report, Scale } from "./bench.ts";
import { CountedPipeline } from "./count/counted-pipeline.ts";
import { latencies, newDeals, type Sent, send } from "./effects.ts";
import { percentiles, quantile } from "./rounds.ts";

const ON_THE_WAY = [
  ["enrich", "signals"],
  ["decide", "enriched"],
  ["execute", "plans"],
  ["execute", "actions"],
] as const;
const SIZES = {
  quick: { alone: 5, burst: 50, halfSeconds: 3, bulk: 1_000, beside: 5 },
  usual: { alone: 20, burst: 200, halfSeconds: 10, bulk: 5_000, beside: 15 },
  full: { alone: 100, burst: 1_000, halfSeconds: 60, bulk: 50_000, beside: 60 },
} as const;
const TARGETS_MS = { alone: 3_000, beside: 15_000 } as const;
/** Long enough for what is ahead of a signal to be gone. */
const PAUSE_MS = 1_300;

export const latency: Bench = {
  name: "latency",
  measures: "the time from a signal's webhook to its effect in the CRM",
  against: "the sum of the batch timeouts on the way, which ship",
  run,
};

async function run(scale: Scale): Promise<Report> {
  const sizes = SIZES[scale];
  const pipeline = new CountedPipeline({ waiting: true });
  await pipeline.start();
  try {
    const one = async () => send(pipeline, await newDeals(pipeline, 1));
    // The first ones compile what isolates keep.
    for (let n = 0; n < 3; n += 1) await latencies(pipeline, await one());

    const alone = await latencies(pipeline, await paced(sizes.alone, PAUSE_MS, one));

    const burstDeals = await newDeals(pipeline, sizes.burst);
    const burst = await latencies(pipeline, await send(pipeline, burstDeals));
    const perSecond = sizes.burst / (quantile(burst, 1) / 1_000);

    const deals = await newDeals(pipeline, Math.ceil((sizes.halfSeconds * perSecond) / 2));
    const everyMs = 2_000 / perSecond;
    const sentAtHalf = await paced(deals.length, everyMs, (n) => send(pipeline, deals.slice(n, n + 1)));
    const half = await latencies(pipeline, sentAtHalf);

    await pileUp(pipeline, sizes.bulk);
    const beside = await latencies(pipeline, await paced(sizes.beside, PAUSE_MS, one), 300_000);
    return reportOf({ alone, half, burst, beside }, sizes, perSecond);
  } finally {
    await pipeline.stop();
  }
}

/** Does something every so many milliseconds, whether or not the one before has ended. */
async function paced(count: number, everyMs: number, work: (n: number) => Promise<Sent[]>): Promise<Sent[]> {
  const startedAt = performance.now();
  const all = Array.from({ length: count }, async (_, n) => {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, startedAt + n * everyMs - performance.now())));
    return work(n);
  });
  return (await Promise.all(all)).flat();
}

/** Visits of people whom nobody knows, on the bulk lane, as ingest packs them. */
async function pileUp(pipeline: Pipeline, count: number): Promise<void> {
  const golden = Envelope.parse(JSON.parse(readFileSync("contract/golden/signal.received.v1.json", "utf8")));
  const queue = await pipeline.queue("ingest", "SIGNALS_BULK");
  const publish = createPublish({ "signals-bulk": queue });
  const visits = Array.from({ length: count }, (_, n) => {
    const digits = String(n).padStart(26, "0");
    const payload = SignalReceived.parse({
      ...SignalReceived.parse(golden.payload),
      signal_id: `sig_${Array.from(digits, (digit) => "abcdefghij"[Number(digit)]).join("")}`,
      signal_type: "behavioral",
      source: "track",
      subject: `track:${n}`,
      deal_id: null,
      contact_id: `track:${n}`,
      payload: { event: "page.viewed", url: "https://northwind.example/blog" },
      urgency: "low",
    });
    const event_id = `${golden.event_id.slice(0, -12)}${digits.slice(-12)}`;
    return { ...golden, event_id, correlation_id: digits.padStart(32, "1"), priority: "low" as const, payload };
  });
  for (let from = 0; from < count; from += 1_000) await publish("signals-bulk", visits.slice(from, from + 1_000));
}

function floorSeconds(): number {
  return ON_THE_WAY.reduce((sum, [worker, queue]) => {
    const consumer = readConfig(`workers/${worker}/wrangler.toml`).queues.consumers.find(
      (each) => each.queue === queue,
    );
    return sum + (consumer?.max_batch_timeout ?? 0);
  }, 0);
}

type Times = Record<"alone" | "half" | "burst" | "beside", number[]>;

function reportOf(times: Times, sizes: { burst: number; bulk: number }, perSecond: number): Report {
  const floor = floorSeconds();
  const row = (what: string, values: number[]) => [
    what,
    String(values.length),
    ...percentiles(values),
    `${(quantile(values, 0.5) / 1_000 / floor).toFixed(1)} ×`,
  ];
  const verdict = (values: number[], targetMs: number) =>
    `${(quantile(values, 0.99) / 1_000).toFixed(1)} s, ${quantile(values, 0.99) <= targetMs ? "met" : "missed"}`;
  return {
    rows: [
      [`floor ${floor.toFixed(1)} s`, "signals", "p50", "p95", "p99", "p50 to the floor"],
      row("idle, one at a time", times.alone),
      row(`half load, ${(perSecond / 2).toFixed(0)} a second`, times.half),
      row(`burst of ${sizes.burst} at once`, times.burst),
      row(`beside ${sizes.bulk} bulk signals`, times.beside),
    ],
    notes: [
      `Targets: p99 at most 3 s without a backlog: ${verdict(times.alone, TARGETS_MS.alone)}; at most 15 s beside a ` +
        `backlog of 50,000 bulk signals: ${verdict(times.beside, TARGETS_MS.beside)} with ${sizes.bulk}.`,
      `The burst drained at ${perSecond.toFixed(0)} effects a second; half of that is the half load. Every call to the ` +
        "CRM goes through this process to the sandbox in the same workerd, one process for what is many machines.",
    ],
  };
}
