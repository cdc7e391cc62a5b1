// A circuit breaker as a pure state machine: closed, open, half-open. Rule: only calls that were not answered count
// against a system, and once it is open a single probe decides. Counting is over all isolates, so results may arrive
// late and out of order: what arrives while it is not closed changes nothing, unless it is the probe's.

export type BreakerPolicy = { failuresInARow: number; openMs: number };

export type Breaker =
  /** `failingSince`: when the first of those in a row was told. */
  | {
      kind: "closed";
      inARow: number;
      failingSince: number;
      minute: { startedAt: number; calls: number; failures: number };
    }
  | { kind: "open"; since: number; probeAt: number }
  | { kind: "half_open"; since: number; probeEndsAt: number };

export type Admission = { kind: "call" } | { kind: "probe" } | { kind: "wait"; ms: number };

/** Most of a minute's calls, of at least this many, open it also when they are mixed with successes. */
const MINUTE_CALLS = 20;
const MINUTE_MS = 60_000;
/** Where calls are few, these in a row over this time are an outage: before an event has used up its five attempts. */
const FEW_IN_A_ROW = 3;
const FEW_SPAN_MS = 5_000;
/** A probe that nobody reported on (its isolate is gone) is forgotten after this; longer than any call's timeout. */
const PROBE_MS = 30_000;
/** While one call probes, the others come back this soon to see how it went. */
const HALF_OPEN_WAIT_MS = 2_000;

export function closedBreaker(now: number): Breaker {
  return { kind: "closed", inARow: 0, failingSince: now, minute: { startedAt: now, calls: 0, failures: 0 } };
}

/** Whether a call may go out at `now` (epoch milliseconds), and the breaker after that. */
export function admit(breaker: Breaker, now: number): { breaker: Breaker; admission: Admission } {
  if (breaker.kind === "closed") return { breaker, admission: { kind: "call" } };
  const waitMs = (breaker.kind === "open" ? breaker.probeAt : breaker.probeEndsAt) - now;
  if (waitMs > 0) {
    const ms = breaker.kind === "open" ? waitMs : Math.min(waitMs, HALF_OPEN_WAIT_MS);
    return { breaker, admission: { kind: "wait", ms } };
  }
  const probing = { kind: "half_open", since: breaker.since, probeEndsAt: now + PROBE_MS } as const;
  return { breaker: probing, admission: { kind: "probe" } };
}

type Results = { answered: number; failed: number; probe: "answered" | "failed" | null };

/** The breaker after these results; those that were answered count as the earlier ones. */
export function observe(breaker: Breaker, results: Results, now: number, policy: BreakerPolicy): Breaker {
  if (breaker.kind !== "closed") {
    if (breaker.kind === "open" || results.probe === null) return breaker;
    return results.probe === "answered" ? closedBreaker(now) : open(now, policy, breaker.since);
  }
  const { answered, failed } = results;
  if (answered + failed === 0) return breaker;
  const inARow = answered > 0 ? failed : breaker.inARow + failed;
  const failingSince = answered > 0 || breaker.inARow === 0 ? now : breaker.failingSince;
  const fresh = now - breaker.minute.startedAt >= MINUTE_MS;
  const before = fresh ? { startedAt: now, calls: 0, failures: 0 } : breaker.minute;
  const minute = {
    startedAt: before.startedAt,
    calls: before.calls + answered + failed,
    failures: before.failures + failed,
  };
  const mostlyFails = minute.calls >= MINUTE_CALLS && minute.failures * 2 > minute.calls;
  const fewButAll = inARow >= FEW_IN_A_ROW && now - failingSince >= FEW_SPAN_MS;
  if (failed > 0 && (inARow >= policy.failuresInARow || mostlyFails || fewButAll)) return open(now, policy, now);
  return { kind: "closed", inARow, failingSince, minute };
}

/** `since` is when the outage began, which a failed probe does not change. */
function open(now: number, { openMs }: BreakerPolicy, since: number): Breaker {
  return { kind: "open", since, probeAt: now + openMs };
}
