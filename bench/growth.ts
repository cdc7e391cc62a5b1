// What the past costs the present: how long a signal takes to its effect and what it costs when many signals are stored.
// Rules: each size is a pipeline of its own, seeded before anything is measured; the same signals are sent to each, and the
// smallest is the baseline.
import type { Bench, Report, Scale } from "./bench.ts";
import { CountedPipeline } from "./count/counted-pipeline.ts";
import { priced, total } from "./count/prices.ts";
import { latencies, newDeals, type Sent, send } from "./effects.ts";
import { median, percentiles } from "./rounds.ts";
import { copyStatements } from "./trail/copies.ts";
import { seed } from "./trail/keep.ts";
import { cpuMs, workerds } from "./workerd.ts";

/** Written as the ledger writes; more than these are copies of them. */
const SEEDS = 1_000;
const SIZES = {
  quick: { stored: [1_000, 2_000], signals: 10 },
  usual: { stored: [1_000, 10_000], signals: 40 },
  full: { stored: [1_000, 10_000, 100_000], signals: 100 },
};
const MAX_RATIO = 1.3;
const WARM_UPS = 5;
/** Apart, so that each is a batch of its own and none waits for another. */
const APART_MS = 500;
const MILLION = 1_000_000;

export const growth: Bench = {
  name: "growth",
  measures: "the time from a signal's webhook to its effect, and its cost, with many signals stored",
  against: "the same with a thousand stored",
  run,
};

type Measured = { stored: number; times: number[]; dollars: number; rowsRead: number; rowsWritten: number };

async function run(scale: Scale): Promise<Report> {
  const { stored, signals } = SIZES[scale];
  const measured: Measured[] = [];
  for (const count of stored) measured.push(await measure(count, signals));
  return reportOf(measured, signals);
}

async function measure(stored: number, signals: number): Promise<Measured> {
  const pipeline = new CountedPipeline({ waiting: true });
  await pipeline.start();
  try {
    await store(pipeline, stored);
    await latencies(pipeline, await oneByOne(pipeline, WARM_UPS));
    const pids = workerds();
    const before = cpuMs(pids);
    const times: number[] = [];
    const counts = await pipeline.counting(async () => {
      times.push(...(await latencies(pipeline, await oneByOne(pipeline, signals))));
    });
    const lines = priced(counts, cpuMs(pids) - before);
    const countOf = (what: string) => (lines.find((line) => line.what === what)?.count ?? 0) / signals;
    return {
      stored,
      times,
      dollars: (total(lines) / signals) * MILLION,
      rowsRead: countOf("D1 rows read"),
      rowsWritten: countOf("D1 rows written"),
    };
  } finally {
    await pipeline.stop();
  }
}

async function store(pipeline: CountedPipeline, count: number): Promise<void> {
  const links = await seed(await pipeline.database(), SEEDS);
  const copies = Math.ceil(count / SEEDS);
  for (let copy = 1; copy < copies; copy += 1) {
    for (const statement of copyStatements(copy, links)) await pipeline.query(statement);
    process.stderr.write(`\r${(copy + 1) * SEEDS} of ${count} signals stored`);
  }
  process.stderr.write("\n");
  const [row] = await pipeline.query("SELECT count(*) AS n FROM signals");
  if (row?.n !== copies * SEEDS) throw new Error(`${row?.n} signals are stored, not ${count}`);
}

async function oneByOne(pipeline: CountedPipeline, signals: number): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const deal of await newDeals(pipeline, signals)) {
    sent.push(...(await send(pipeline, [deal])));
    await new Promise((resolve) => setTimeout(resolve, APART_MS));
  }
  return sent;
}

function reportOf(measured: readonly Measured[], signals: number): Report {
  const [base] = measured;
  const ratio = (value: number, of: number | undefined) => value / (of ?? Number.NaN);
  const slower = measured.filter(({ times }) => ratio(median(times), median(base?.times ?? [])) > MAX_RATIO);
  return {
    rows: [
      ["stored", "p50", "p95", "p99", "p50, ratio", "a million cost", "ratio", "D1 rows read", "D1 rows written"],
      ...measured.map(({ stored, times, dollars, rowsRead, rowsWritten }) => [
        String(stored),
        ...percentiles(times),
        `${ratio(median(times), median(base?.times ?? [])).toFixed(2)} ×`,
        `$${dollars.toFixed(2)}`,
        `${ratio(dollars, base?.dollars).toFixed(2)} ×`,
        rowsRead.toFixed(1),
        rowsWritten.toFixed(1),
      ]),
    ],
    notes: [
      `Target: at most ${MAX_RATIO} times as long: ${slower.length === 0 ? "met" : `missed with ${slower.map(({ stored }) => stored).join(", ")}`}.`,
      `${signals} signals, each with a task in the CRM, two a second, so that little is packed: the ratio of the costs is ` +
        "what counts here, their height is in the bench cost. Pages and searches with many signals are in the bench trail.",
    ],
  };
}
