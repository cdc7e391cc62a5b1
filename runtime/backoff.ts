// How long to wait before the next attempt: exponential, capped, with full jitter over the upper half, so that a
// thousand events that failed together do not come back together.

/** No wait is longer: the platform takes at most 12 hours, and the promise is 15 minutes. */
const MAX_BACKOFF_SECONDS = 300;
/** Longest delay that Queues accept for a message (platform limit, 12 h). */
const MAX_DELAY_SECONDS = 43_200;

/** Seconds before attempt `attempt + 1`. `random` is uniform in [0, 1). A base of 0 means at once. */
export function backoffSeconds(attempt: number, baseSeconds: number, random: number): number {
  const ceiling = Math.min(baseSeconds * 2 ** (attempt - 1), MAX_BACKOFF_SECONDS);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

/** Whole seconds within what the platform accepts. */
export function clampDelay(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds), 0), MAX_DELAY_SECONDS);
}
