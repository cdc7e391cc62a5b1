// The bursts under which the heap of ingest and of enrich is measured. Rule: ingest is never told to wait, because what
// it publishes is dropped; enrich has all that comes before it, and what it publishes is counted and dropped.
import { setTimeout as sleep } from "node:timers/promises";
import type { Scale } from "../bench.ts";
import type { Seen } from "../fetcher/worker.ts";
import type { Isolates } from "./isolates.ts";
import { EVENTS, fillBook, sendReport, sendWebhooks, unknownDeals } from "./load.ts";

export const SIZES = {
  quick: { rows: 20_000, webhooks: 40, signals: [100, 500], deals: 100 },
  usual: { rows: 200_000, webhooks: 400, signals: [1_000, 5_000], deals: 1_000 },
  full: { rows: 1_000_000, webhooks: 2_000, signals: [1_000, 5_000, 20_000], deals: 2_000 },
};
const LOOK_MS = 200;
const DEADLINE_MS = 1_200_000;
const INGEST = "workers/ingest/wrangler.toml";
const INGEST_ALONE = [INGEST, "bench/sink/wrangler.toml"];
const ENRICH = "workers/enrich/wrangler.toml";
const UP_TO_ENRICH = ["sandbox/wrangler.toml", "wrangler.toml", INGEST, ENRICH, "bench/fetcher/wrangler.toml"];

/** A burst of work for a Worker; `prepare` what it is about, without any work for the Worker itself. */
export type Burst = {
  worker: "ingest" | "enrich";
  what: string;
  configs: readonly string[];
  prepare(isolates: Isolates): Promise<readonly string[]>;
  load(isolates: Isolates, deals: readonly string[]): Promise<void>;
};

/** `file` is the report. */
export function burstsOf(scale: Scale, file: string): Burst[] {
  const { rows, webhooks, signals, deals } = SIZES[scale];
  const ingest = { worker: "ingest", configs: INGEST_ALONE, prepare: async () => unknownDeals(EVENTS) } as const;
  const to = (isolates: Isolates) => isolates.url("dealwire-ingest");
  return [
    { ...ingest, what: `a report of ${rows} rows`, load: (isolates) => sendReport(to(isolates), file, rows) },
    { ...ingest, what: `${webhooks} webhooks`, load: (isolates, ids) => sendWebhooks(to(isolates), ids, webhooks) },
    ...signals.map(
      (count): Burst => ({
        worker: "enrich",
        what: `${count} signals`,
        configs: UP_TO_ENRICH,
        async prepare(isolates) {
          await isolates.migrate("dealwire-state");
          return fillBook(isolates.url("dealwire-sandbox"), deals);
        },
        async load(isolates, ids) {
          await sendWebhooks(to(isolates), ids, count / EVENTS);
          await allEnriched(isolates.url("dealwire-bench-fetcher"), count);
        },
      }),
    ),
  ];
}

async function allEnriched(counter: URL, count: number): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const { arrived, reads }: Seen = JSON.parse(await (await fetch(counter)).text());
    if (arrived >= count && reads === 0) throw new Error("no signal was given context");
    if (arrived >= count) return;
    if (Date.now() > deadline) throw new Error(`${arrived} of ${count} signals were enriched`);
    await sleep(LOOK_MS);
  }
}
