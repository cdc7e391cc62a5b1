// What the platform bills and a Worker can count as it happens, with list prices: Workers count by it, the console prices by
// it. Rule: Workers Paid by Cloudflare's published prices, nothing of the plan's included amounts taken off.

/** US dollars for a million. https://developers.cloudflare.com/workers/platform/pricing/ */
export const OPERATION_DOLLARS = {
  /** Of a queue's batch or over HTTP. */
  requests: 0.3,
  /** A write, a read and a delete for each started 64 KB of a message. */
  queue_operations: 0.4,
  d1_rows_written: 1,
  d1_rows_read: 0.001,
  object_requests: 0.15,
  object_rows_written: 1,
  r2_writes: 4.5,
  r2_reads: 0.36,
  /** A gigabyte of logs is $0.25. */
  log_bytes: 0.000_25,
} as const;

export type Operation = keyof typeof OPERATION_DOLLARS;

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(OPERATION_DOLLARS, name);
}
