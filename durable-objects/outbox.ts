// Sends what the object has committed but the queues have not yet taken. Rules: a row is deleted only after the queues
// took all of it, so nothing is lost and something may be sent twice (consumers know an event by its id); releases go
// first, because people wait for them. One exception to the order of sending: after a failure the rows that were
// appended meanwhile go out together with the failed ones.
import type { ActionOutcome } from "#contract/controls.ts";
import type { Log } from "#runtime/log.ts";
import type { Publish } from "#runtime/publish.ts";
import { OUTBOX_QUEUES, type Publication } from "./publications.ts";

export type OutboxRow = { seq: number; publications: readonly Publication[] };

export type OutboxDeps = {
  /** Rows not yet taken by the queues, oldest first. */
  unsent(): readonly OutboxRow[];
  /** Deletes the rows up to and including `seq`. */
  forget(seq: number): void;
  publish: Publish;
  /** Tells the controls what people decided. */
  count(outcomes: readonly ActionOutcome[]): Promise<void>;
  log: Log;
};

/** Sends until nothing is left, including what is appended while it sends. False when a queue refused. Never throws. */
export async function drainOutbox(deps: OutboxDeps): Promise<boolean> {
  for (let rows = deps.unsent(); ; rows = deps.unsent()) {
    const last = rows.at(-1);
    if (last === undefined) return true;
    const all = rows.flatMap(({ publications }) => publications);
    try {
      for (const queue of OUTBOX_QUEUES) {
        const envelopes = all.flatMap((each) => (each.queue === queue ? [each.envelope] : []));
        if (envelopes.length > 0) await deps.publish(queue, envelopes);
      }
      const outcomes = all.flatMap((each) => (each.queue === "controls" ? [each.outcome] : []));
      if (outcomes.length > 0) await deps.count(outcomes);
    } catch (error) {
      deps.log("error", "outbox_send_failed", { unsent: all.length, reason: String(error) });
      return false;
    }
    deps.forget(last.seq);
  }
}
