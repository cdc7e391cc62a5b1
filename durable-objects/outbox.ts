// Sends what the object has committed but the queues have not yet taken. Rules: nothing is forgotten before the queues
// took all of it, so nothing is lost and something may be sent twice (consumers know an event by its id); releases go
// first, because people wait for them. One exception to the order of sending: after a failure what was added meanwhile
// goes out together with what failed.
import type { ActionOutcome } from "#contract/controls.ts";
import type { Log } from "#runtime/log.ts";
import type { Publish } from "#runtime/publish.ts";
import { OUTBOX_QUEUES, type Publication } from "./publications.ts";

/** What is not yet taken, by the action on whose row it is stored; what is added comes last. */
export type Unsent = Map<string, readonly Publication[]>;

/** So many on one row: each may carry an action of 64 KB, and a row holds 2 MB. */
const PUBLICATIONS_A_ROW = 20;

export type OutboxDeps = {
  unsent: Unsent;
  /** Stores what is left on these rows. */
  forget(actionIds: readonly string[]): void;
  publish: Publish;
  /** Tells the controls what people decided. */
  count(outcomes: readonly ActionOutcome[]): Promise<void>;
  log: Log;
};

/** What will be unsent on the rows that a change writes anyway, its publications added; other rows stay as they are. */
export function withUnsent(unsent: Unsent, publications: readonly Publication[], rows: readonly string[]): Unsent {
  const added: Unsent = new Map();
  for (let from = 0, row = 0; from < publications.length; row += 1) {
    // A change tells a few things of each action, so the rows suffice; the last one takes whatever would be left.
    const to = row < rows.length - 1 ? from + PUBLICATIONS_A_ROW : publications.length;
    const actionId = rows[Math.min(row, rows.length - 1)];
    if (actionId === undefined) throw new Error("a bug: a change that tells something changes no action");
    added.set(actionId, [...(unsent.get(actionId) ?? []), ...publications.slice(from, to)]);
    from = to;
  }
  return added;
}

/** Sends until nothing is left, including what is added while it sends. False when a queue refused. Never throws. */
export async function drainOutbox({ unsent, forget, publish, count, log }: OutboxDeps): Promise<boolean> {
  while (unsent.size > 0) {
    const taken = [...unsent];
    const all = taken.flatMap(([, publications]) => publications);
    try {
      for (const queue of OUTBOX_QUEUES) {
        const envelopes = all.flatMap((each) => (each.queue === queue ? [each.envelope] : []));
        if (envelopes.length > 0) await publish(queue, envelopes);
      }
      const outcomes = all.flatMap((each) => (each.queue === "controls" ? [each.outcome] : []));
      if (outcomes.length > 0) await count(outcomes);
    } catch (error) {
      log("error", "outbox_send_failed", { unsent: all.length, reason: String(error) });
      return false;
    }
    for (const [actionId, { length }] of taken) {
      const added = unsent.get(actionId)?.slice(length) ?? [];
      if (added.length > 0) unsent.set(actionId, added);
      else unsent.delete(actionId);
    }
    forget(taken.map(([actionId]) => actionId));
  }
  return true;
}
