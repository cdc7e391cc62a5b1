// In which bucket a time is counted. Rule: 900 is one of the bounds, because the share of signals within fifteen minutes is
// read from it exactly and never interpolated.
import { BUCKET_SECONDS } from "#contract/metrics.ts";

/** The label of the bucket that `ms` falls into: the least bound that is not below it, or `+Inf`. */
export function bucketOf(ms: number): string {
  const bound = BUCKET_SECONDS.find((each) => ms <= each * 1_000);
  return bound === undefined ? "+Inf" : String(bound);
}
