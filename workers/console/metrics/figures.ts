// What people want to know of counters: sums by label, quantiles of times, the objective and its budget. Pure.
import { parseSeries } from "#contract/series.ts";

export type Counters = Readonly<Record<string, number>>;

/** The sum of several rows. */
export function addUp(rows: readonly { counters: Counters }[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { counters } of rows) {
    for (const [series, value] of Object.entries(counters)) sum[series] = (sum[series] ?? 0) + value;
  }
  return sum;
}

type Series = ReturnType<typeof parseSeries> & { value: number };

export function seriesOf(counters: Counters): Series[] {
  return Object.entries(counters).map(([text, value]) => ({ ...parseSeries(text), value }));
}

/** Sums of a name by one of its labels, largest first. */
export function byLabel(counters: Counters, name: string, label: string): [string, number][] {
  const sums = new Map<string, number>();
  for (const series of seriesOf(counters)) {
    if (series.name !== name) continue;
    const value = series.labels[label] ?? "";
    sums.set(value, (sums.get(value) ?? 0) + series.value);
  }
  return [...sums].sort(([, a], [, b]) => b - a);
}

export function sumOf(counters: Counters, name: string): number {
  return seriesOf(counters).reduce((sum, series) => (series.name === name ? sum + series.value : sum), 0);
}

/** The buckets of a histogram, least first; `+Inf` is Infinity. */
export function bucketsOf(
  counters: Counters,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): [number, number][] {
  const wanted = Object.entries(labels);
  const own = seriesOf(counters).filter(
    (series) => series.name === name && wanted.every(([label, value]) => series.labels[label] === value),
  );
  const buckets = own.map(({ labels: { le = "" }, value }): [number, number] => [
    le === "+Inf" ? Infinity : Number(le),
    value,
  ]);
  return buckets.sort(([a], [b]) => a - b);
}

/** The upper end, in seconds, of the bucket in which the quantile lies; null when nothing was counted. */
export function quantile(buckets: readonly (readonly [number, number])[], share: number): number | null {
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total <= 0) return null;
  let below = 0;
  for (const [bound, count] of buckets) {
    below += count;
    if (below >= share * total) return bound;
  }
  return null;
}

export type Service = { total: number; within: number | null; budget_left: number | null; burn_rate: number | null };

/** The share of signals that should meet their fifteen minutes, where `ALERTS` does not say otherwise. */
const USUAL_OBJECTIVE = 0.99;

/** How many signals met their fifteen minutes; `objective` is the share that should. */
export function serviceLevel(counters: Counters, objective: number = USUAL_OBJECTIVE): Service {
  const met = counters['objective{met="true"}'] ?? 0;
  const missed = counters['objective{met="false"}'] ?? 0;
  const total = met + missed;
  if (total === 0) return { total, within: null, budget_left: null, burn_rate: null };
  const burn = missed / total / (1 - objective);
  return { total, within: met / total, budget_left: 1 - burn, burn_rate: burn };
}
