// The buckets in which times are counted, in seconds. Rule: 900 is one of them, because the share of signals within fifteen
// minutes is read from it exactly and never interpolated.

/** The last bucket has no upper end. */
const BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400] as const;

/** The label of the bucket that `ms` falls into: the least bound that is not below it, or `+Inf`. */
export function bucketOf(ms: number): string {
  const bound = BOUNDS.find((each) => ms <= each * 1_000);
  return bound === undefined ? "+Inf" : String(bound);
}
