// What a Worker is billed for, counted as it happens: a flat table of counters in each isolate. Rule: a key says what and
// where (`queue enriched chunks`, `object Deal.propose`, `d1 rows written`), a value only grows.

export type Counts = Record<string, number>;

export const counts: Counts = {};

export function add(key: string, amount = 1): void {
  counts[key] = (counts[key] ?? 0) + amount;
}

/** Whoever measures asks every Worker for this path; anything it counted so far is answered. */
export const COUNTS_PATH = "/.counts";
