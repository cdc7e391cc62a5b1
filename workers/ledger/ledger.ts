// The core of `ledger`: a batch of audit steps becomes rows, in one transaction. Rule: the trail never stops
// the pipeline and is never lost; while D1 is down or overloaded the steps wait in their queue, attempts untouched.
import type { AuditStep } from "#contract/audit-step.ts";
import type { Event } from "#contract/envelope.ts";
import type { BatchHandler } from "#runtime/consume.ts";
import type { Log } from "#runtime/log.ts";
import { defer, done, type Emission, type Outcome } from "#runtime/outcome.ts";
import { takeUsage } from "#runtime/usage.ts";
import { mergeSteps, type SignalRow } from "./merge.ts";
import { countSteps } from "./metrics/count-steps.ts";
import { rollupRows } from "./metrics/rollup-rows.ts";
import type { Store } from "./store.ts";
import { newestSnapshots, type Told, toldSteps } from "./told-steps.ts";

export type LedgerDeps = Pick<Store, "read" | "write" | "putAside"> & {
  now(): number;
  /** Uniform in [0, 1): spreads the batches that failed together. */
  random(): number;
  retryBaseSeconds: number;
  /** Told what arrived, once it is kept, with the rows that it is in: somebody may have been erased meanwhile. */
  arrivedLate(told: readonly Told[], rows: readonly SignalRow[]): Promise<void>;
  /** What people must hear of at once because of a step. */
  alertsOf(step: AuditStep): Promise<readonly Emission[]>;
  log: Log;
};

/**
 * In shares of the base, as shipped 10 to 60 seconds: D1 overload must not be retried hot, and a minute is the longest that
 * a page shows an old state afterwards.
 */
const MIN_WAIT_BASES = 2;
const MAX_WAIT_BASES = 12;

/** Another ledger that wrote first is met again at once; twice is the end of patience. */
const TRIES = 3;

export function recordSteps(deps: LedgerDeps): BatchHandler<AuditStep> {
  return (events) => record(events, deps);
}

async function record(events: readonly Event<AuditStep>[], deps: LedgerDeps): Promise<Outcome[]> {
  try {
    const told = toldSteps(events);
    await deps.arrivedLate(told, await keepSteps(told, deps));
    return await Promise.all(events.map(async ({ payload }) => done(...(await deps.alertsOf(payload)))));
  } catch (error) {
    const bases = MIN_WAIT_BASES + (MAX_WAIT_BASES - MIN_WAIT_BASES) * deps.random();
    const wait = Math.round(bases * deps.retryBaseSeconds);
    deps.log("error", "steps_not_written", { count: events.length, after: wait, reason: String(error) });
    return events.map(() => defer("D1 did not take the batch", wait));
  }
}

/**
 * Merges the steps into what is kept and writes both with `beside`; answers the rows that they are in. Rejects with D1's
 * error. Idempotent.
 */
export async function keepSteps(
  told: readonly Told[],
  { read, write, putAside, now }: Pick<LedgerDeps, "read" | "write" | "putAside" | "now">,
  beside: Parameters<Store["write"]>[0] = {},
): Promise<SignalRow[]> {
  const usage = takeUsage();
  const signalIds = [...new Set(told.map(({ signal_id }) => signal_id))];
  for (let attempt = 1; ; attempt += 1) {
    const { kept, head } = await read(signalIds);
    const at = new Date(now()).toISOString();
    const merged = await mergeSteps(told, kept, head, at, putAside);
    const { letters = [] } = beside;
    const counters = await countSteps({ told, kept, rows: merged.signals, letters, usage });
    try {
      await write({
        ...merged,
        approvals: newestSnapshots(told),
        rollups: rollupRows(counters, at),
        ...beside,
      });
      return [...new Map([...kept.values(), ...merged.signals].map((row) => [row.signal_id, row])).values()];
    } catch (error) {
      if (attempt === TRIES || !/UNIQUE constraint failed: links/.test(String(error))) throw error;
    }
  }
}
