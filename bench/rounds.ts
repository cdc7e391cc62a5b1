// Statistics of several rounds. Rule: the median says how much, the lowest and the highest how sure.

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** `12.3 (11.9–14.0)`: the median and what it lay between. */
export function spread(values: readonly number[], digits = 0): string {
  const [low, middle, high] = [Math.min(...values), median(values), Math.max(...values)].map((n) => n.toFixed(digits));
  return `${middle} (${low}–${high})`;
}

/** `p50 / p95 / p99` of times in milliseconds, in seconds. */
export function percentiles(milliseconds: readonly number[]): string[] {
  return [0.5, 0.95, 0.99].map((share) => `${(quantile(milliseconds, share) / 1_000).toFixed(2)} s`);
}

/** How long some work takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
