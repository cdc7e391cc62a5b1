// What ingest and enrich take of the memory that an isolate has: the heap of each, as V8 tells it, idle and under load,
// and again where no heap may grow beyond what the platform allows. Rule: what the isolate itself holds, and not the
// process, which is the queue's and the runtime's, too (bench/ingest-memory.ts); the Workers are as they are deployed.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Report, Scale } from "./bench.ts";
import { type Burst, burstsOf, SIZES } from "./heap/bursts.ts";
import { startIsolates } from "./heap/isolates.ts";
import { AT_ONCE, EVENTS } from "./heap/load.ts";
import { type Peak, peakDuring } from "./heap/probe.ts";
import { writeSurgeFile } from "./surge-file.ts";

/** Of heap and buffers together, in an isolate (https://developers.cloudflare.com/workers/platform/limits/#memory). */
const LIMIT_MB = 128;
const MB = 1_000_000;
const IDLE_MS = 1_000;
export const heap: Bench = {
  name: "heap",
  measures: "V8 heap of the isolates of ingest and enrich under load, in MB",
  against: `the same isolate idle, and the ${LIMIT_MB} MB that the platform allows an isolate`,
  run,
};

type Run = { idle: Peak; busy: Peak; seconds: number };
/** `limited` is null when the heap did not suffice. */
type Measured = { burst: Burst; free: Run; limited: Run | null };

async function run(scale: Scale): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "dealwire-heap-"));
  try {
    const file = join(folder, "surge.csv.gz");
    await writeSurgeFile(file, SIZES[scale].rows);
    const measured: Measured[] = [];
    for (const burst of burstsOf(scale, file)) {
      const free = await measure(burst, null);
      if (free === null) throw new Error(`workerd ended under ${burst.what}`);
      measured.push({ burst, free, limited: await measure(burst, LIMIT_MB) });
    }
    return reportOf(measured, scale);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In a new workerd, without the garbage of another burst; null when it ended under the load. */
async function measure({ worker, configs, prepare, load }: Burst, heapMb: number | null): Promise<Run | null> {
  const isolates = await startIsolates(configs, heapMb);
  try {
    const probe = await isolates.probe(`dealwire-${worker}`);
    const idle = await peakDuring(probe, () => sleep(IDLE_MS));
    const deals = await prepare(isolates);
    const startedAt = performance.now();
    try {
      const busy = await peakDuring(probe, () => load(isolates, deals));
      return { idle, busy, seconds: (performance.now() - startedAt) / 1_000 };
    } catch (error) {
      if (await isolates.alive()) throw error;
      return null;
    }
  } finally {
    await isolates.close();
  }
}

function reportOf(measured: readonly Measured[], scale: Scale): Report {
  const verdicts = measured.map(({ burst: { worker, what }, limited }) => {
    if (limited === null) return `${worker} ran out of it with ${what}`;
    const { held } = limited.busy;
    return `${worker} with ${what} held ${mb(held)} MB, ${held < LIMIT_MB * MB ? "below" : "above"}`;
  });
  return {
    rows: [
      ["MB at the peak", "idle", "used", "buffers", "both", "to idle", "reserved", `in ${LIMIT_MB} MB`, "samples", "s"],
      ...measured.map(({ burst, free: { idle, busy, seconds }, limited }) => [
        `${burst.worker}, ${burst.what}`,
        mb(idle.held),
        ...[busy.used, busy.buffers, busy.held].map(mb),
        `${(busy.held / idle.held).toFixed(1)} ×`,
        mb(busy.reserved),
        limited === null ? "ran out" : mb(limited.busy.held),
        String(busy.samples),
        seconds.toFixed(1),
      ]),
    ],
    notes: [
      `Used and buffers where a heap ends at ${LIMIT_MB} MB, which the platform allows for both together: ` +
        `${verdicts.join("; ")}.`,
      "Without a limit V8 collects late, so the other columns count much that nobody uses any more; the column with the " +
        "limit is nearer to what is needed; it is another run, and each column has a peak of its own. Ran out: workerd " +
        "ended in the run with the limit.",
      "An isolate tells its heap between pieces of work: a peak within one is not seen, and the busier it is the fewer " +
        "are the samples.",
      `A new workerd for each; webhooks of ${EVENTS} events, ${AT_ONCE} at a time, as fast as they are taken. The ` +
        `signals are changes of the deals of the sandbox's book and of ${SIZES[scale].deals} more, whose context is read. ` +
        "A burst comes to enrich in batches of up to 100 messages, each a webhook's signals; here one isolate takes all " +
        "of them.",
    ],
  };
}

const mb = (bytes: number) => (bytes / MB).toFixed(1);
