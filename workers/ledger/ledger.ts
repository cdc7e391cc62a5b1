// The core of `ledger`: a batch of audit steps becomes rows, written in one transaction. Rule: the trail never stops
// the pipeline and is never lost; while D1 is down or overloaded the steps wait in their queue, attempts untouched.
import type { AuditStep } from "#contract/audit-step.ts";
import type { BatchHandler } from "#runtime/consume.ts";
import type { Log } from "#runtime/log.ts";
import { defer, done } from "#runtime/outcome.ts";
import type { LedgerRows } from "./statements.ts";
import { stepRows } from "./step-rows.ts";

export type LedgerDeps = {
  /** Writes all of the rows or none; rejects when D1 can't. */
  write(rows: Partial<LedgerRows>): Promise<unknown>;
  /** Uniform in [0, 1): spreads the batches that failed together. */
  random(): number;
  log: Log;
};

/** D1 overload must not be retried hot; a minute is the longest that a page shows an old state afterwards. */
const MIN_WAIT_SECONDS = 10;
const MAX_WAIT_SECONDS = 60;

export function recordSteps(deps: LedgerDeps): BatchHandler<AuditStep> {
  return async (events) => {
    const rows = stepRows(events);
    try {
      await deps.write(rows);
      return events.map(() => done());
    } catch (error) {
      const wait = Math.round(MIN_WAIT_SECONDS + (MAX_WAIT_SECONDS - MIN_WAIT_SECONDS) * deps.random());
      deps.log("error", "steps_not_written", { count: events.length, after: wait, reason: String(error) });
      return events.map(() => defer("D1 did not take the batch", wait));
    }
  };
}
