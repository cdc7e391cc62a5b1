// What the ledger itself used of the platform since it last told: kept in memory and told with the next batch, because what
// a write costs is known after it. Rule: it may lose the last batch of an isolate, and never counts one twice.
import type { Counters } from "./count-steps.ts";

export type Meter = { rowsWritten: number; messages: number };

export function createMeter(): Meter {
  return { rowsWritten: 0, messages: 0 };
}

/** Adds what the meter shows to the counters. */
export function addMeter(counters: Counters, { rowsWritten, messages }: Meter): void {
  if (rowsWritten > 0) counters.set('d1_rows_written{by="ledger"}', rowsWritten);
  if (messages > 0) counters.set('queue_messages_read{queue="audit"}', messages);
}
