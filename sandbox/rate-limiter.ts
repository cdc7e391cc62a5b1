// Sliding windows, in memory: how the stand-ins refuse what comes too fast. They are forgotten when the sandbox
// restarts, as a window of seconds may be.
type Admission = { allowed: boolean; remaining: number; retryAfterSeconds: number };

export type RateLimiter = {
  /** Admits at most `max` units in any `windowMs`; a refused request does not count. `now` is epoch milliseconds. */
  admit(key: string, rule: { max: number; windowMs: number; cost?: number }, now: number): Admission;
  clear(): void;
};

/** With `enabled` false everything is admitted, for runs that measure throughput. */
export function rateLimiter(enabled: boolean): RateLimiter {
  const windows = new Map<string, { at: number; cost: number }[]>();
  return {
    admit(key, rule, now) {
      const cost = rule.cost ?? 1;
      const recent = (windows.get(key) ?? []).filter((entry) => entry.at > now - rule.windowMs);
      const used = recent.reduce((sum, entry) => sum + entry.cost, 0);
      windows.set(key, recent);
      if (enabled && used + cost > rule.max) {
        const oldest = recent[0]?.at ?? now;
        const waitMs = Math.max(1, oldest + rule.windowMs - now);
        return {
          allowed: false,
          remaining: Math.max(0, rule.max - used),
          retryAfterSeconds: Math.ceil(waitMs / 1_000),
        };
      }
      if (enabled) recent.push({ at: now, cost });
      return { allowed: true, remaining: Math.max(0, rule.max - used - cost), retryAfterSeconds: 0 };
    },
    clear: () => windows.clear(),
  };
}
