// Permits to call, leased in small blocks. Rule: in any window of the limit's length, wherever it begins, no more
// calls are made than the limit allows. A permit may be used at any moment of its lease, so it occupies its place for
// the lease and the window together; places are counted in buckets that end late, never early.

export type Limit = { max: number; windowMs: number };
/** What has been granted: how many permits occupy a place until when. Oldest first, at most some twenty entries. */
export type Window = readonly { until: number; count: number }[];

const BUCKETS_PER_WINDOW = 20;
const LONGEST_LEASE_MS = 2_000;
const LARGEST_LEASE = 10;

/** How long a permit may be used after it was asked for. */
export function leaseMs({ windowMs }: Limit): number {
  return Math.min(LONGEST_LEASE_MS, Math.floor(windowMs / 5));
}

/** As many as the limit gives in the time that a lease holds, so that few are wasted: 1 to 10. */
function leaseSize(limit: Limit): number {
  return Math.min(LARGEST_LEASE, Math.max(1, Math.floor((limit.max * leaseMs(limit)) / limit.windowMs)));
}

/** How many permits can be had at `now`, at most one lease of them, and the wait in milliseconds when none can. */
export function available(window: Window, limit: Limit, now: number): { count: number; waitMs: number } {
  const occupied = window.filter(({ until }) => until > now);
  const free = limit.max - occupied.reduce((sum, { count }) => sum + count, 0);
  if (free > 0) return { count: Math.min(free, leaseSize(limit)), waitMs: 0 };
  return { count: 0, waitMs: Math.max(1, (occupied[0]?.until ?? now + limit.windowMs) - now) };
}

/** The window after `count` permits were granted at `now`. */
export function granted(window: Window, limit: Limit, count: number, now: number): Window {
  const bucketMs = Math.max(1, limit.windowMs / BUCKETS_PER_WINDOW);
  const bucketEnd = Math.ceil(now / bucketMs) * bucketMs;
  const until = bucketEnd + leaseMs(limit) + limit.windowMs;
  const occupied = window.filter((entry) => entry.until > now);
  const last = occupied.at(-1);
  if (last?.until === until) return [...occupied.slice(0, -1), { until, count: last.count + count }];
  return [...occupied, { until, count }];
}
