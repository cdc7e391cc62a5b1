// Drops from the record cache what a batch of signals says has changed. Rule: only a record's own system knows that it
// changed; a visit or a call that names a deal leaves what was read of it.
import type { SignalReceived } from "#contract/signal-received.ts";
import type { BatchHandler } from "#runtime/consume.ts";
import { forgetRecord, type RecordCache } from "#runtime/record-cache.ts";

type Changed = Pick<SignalReceived, "source" | "deal_id" | "contact_id" | "account_id" | "fired_at">;

function forgetChanged(cache: RecordCache, signals: readonly Changed[]): void {
  for (const { source, deal_id, contact_id, account_id, fired_at } of signals) {
    for (const reference of [deal_id, contact_id, account_id]) {
      if (reference?.startsWith(`${source}:`)) forgetRecord(cache, reference, Date.parse(fired_at));
    }
  }
}

/** `enrich`, but before a batch reads anything it drops what its signals say has changed; its own reads are shared. */
export function forgetting(cache: RecordCache, enrich: BatchHandler<SignalReceived>): BatchHandler<SignalReceived> {
  return (events) => {
    const signals = events.map(({ payload }) => payload);
    forgetChanged(cache, signals);
    return enrich(events);
  };
}
