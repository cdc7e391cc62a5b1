// What counted operations cost by Cloudflare's published list prices (Workers Paid), in dollars. Rule: everything that is
// billed is a line, what is included in the plan each month is not taken off.
import type { Counts } from "./meter.ts";

/** Dollars for a million of each. Queues: a write, a read and a delete for each chunk. */
const PER_MILLION = {
  "Worker requests": 0.3,
  "CPU milliseconds": 0.02,
  "queue operations": 0.4,
  "D1 rows written": 1,
  "D1 rows read": 0.001,
  "object requests": 0.15,
  "object duration, GB-s": 12.5,
  "object rows written": 1,
  "object rows read": 0.001,
  "R2 writes (class A)": 4.5,
  "R2 reads (class B)": 0.36,
} as const;
/** Logs are billed by the gigabyte that is taken in, and kept for seven days. */
const LOGS_PER_GB = 0.25;
/** The platform's own line for an invocation, in bytes: an assumption. */
const INVOCATION_LOG_BYTES = 1_000;
/** Objects are billed as if each had 128 MB. */
const OBJECT_GB = 0.125;
const OPERATIONS_A_CHUNK = 3;

export type PriceLine = { what: string; count: number; dollars: number };

const sumOf = (counts: Counts, pattern: RegExp) =>
  Object.entries(counts).reduce((sum, [key, value]) => (pattern.test(key) ? sum + value : sum), 0);

/** `cpuMs` is not counted by the Workers; give what was measured outside. */
export function priced(counts: Counts, cpuMs: number): PriceLine[] {
  const requests = sumOf(counts, / requests$/);
  const amounts: Record<keyof typeof PER_MILLION, number> = {
    "Worker requests": requests,
    "CPU milliseconds": cpuMs,
    "queue operations":
      OPERATIONS_A_CHUNK * sumOf(counts, /^queue .+ chunks$/) + sumOf(counts, /^queue .+ redelivered$/),
    "D1 rows written": sumOf(counts, / d1 rows written$/),
    "D1 rows read": sumOf(counts, / d1 rows read$/),
    "object requests": sumOf(counts, /^object \w+\.\w+$/),
    "object duration, GB-s": (sumOf(counts, /^object \w+ ms$/) / 1_000) * OBJECT_GB,
    "object rows written": sumOf(counts, /^object \w+ rows written$/),
    "object rows read": sumOf(counts, /^object \w+ rows read$/),
    "R2 writes (class A)": sumOf(counts, /^r2 class A$/),
    "R2 reads (class B)": sumOf(counts, /^r2 class B$/),
  };
  const lines: PriceLine[] = Object.entries(PER_MILLION).map(([what, price]) => {
    const count = Object.entries(amounts).find(([name]) => name === what)?.[1] ?? 0;
    return { what, count, dollars: (count / 1_000_000) * price };
  });
  const logBytes = sumOf(counts, /^log bytes$/) + sumOf(counts, /^invocation logs$/) * INVOCATION_LOG_BYTES;
  return [...lines, { what: "log bytes", count: logBytes, dollars: (logBytes / 1e9) * LOGS_PER_GB }];
}

export const total = (lines: readonly PriceLine[]): number => lines.reduce((sum, { dollars }) => sum + dollars, 0);
