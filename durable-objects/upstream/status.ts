// What a person sees of an outside system: the breaker, the credentials, how much of each limit is used. Rule: a token
// itself is never shown, and of the keys only how many there are.
import type { UpstreamStatus } from "#contract/upstream.ts";
import type { UpstreamPolicy } from "#runtime/upstream-limits.ts";
import { available } from "#runtime/upstream-permits.ts";
import { limitOf, type UpstreamState } from "#runtime/upstream-state.ts";
import type { Tokens } from "./token-desk.ts";

export function statusOf(
  system: string,
  state: UpstreamState,
  tokens: Tokens,
  policy: UpstreamPolicy,
  now: number,
): UpstreamStatus {
  const { breaker, windows, pauses, credentials, calls, cache } = state;
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const keys = [...new Set([...windows.keys(), ...pauses.keys()])];
  const limits = Object.keys(policy.limits).map((kind) => {
    const { max, windowMs } = limitOf(kind, state, policy);
    const own = keys.filter((key) => key.replace(/:.*/s, "") === kind);
    const exhausted = own.filter((key) => {
      const paused = (pauses.get(key) ?? 0) > now;
      return paused || available(windows.get(key) ?? [], { max, windowMs }, now).count === 0;
    });
    return { kind, max, window_ms: windowMs, keys: own.length, exhausted: exhausted.length };
  });
  return {
    system,
    breaker: {
      state: breaker.kind,
      since: breaker.kind === "closed" ? null : iso(breaker.since),
      failures_in_a_row: breaker.kind === "closed" ? breaker.inARow : policy.breaker.failuresInARow,
    },
    credentials: { state: credentials.state, since: iso(credentials.since) },
    limits,
    tokens: Array.from(tokens)
      .filter(([, { token }]) => token !== null)
      .map(([account, { expiresAt }]) => ({ account, expires_at: new Date(expiresAt).toISOString() })),
    calls,
    cache,
  };
}
