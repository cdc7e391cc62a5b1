// What is known of one outside system, and the pure function that every exchange with it runs: take in what was seen,
// then grant permits or say how long to wait. Rule: all keys of a call or none, the breaker before the limits. The
// Upstream object runs it for all isolates, and an isolate that can't reach the object runs it for itself.
import type { Seen, UpstreamAnswer, UpstreamAsk } from "#contract/upstream.ts";
import { type Admission, admit, type Breaker, closedBreaker, observe } from "./upstream-breaker.ts";
import type { UpstreamPolicy } from "./upstream-limits.ts";
import { available, granted, type Limit, leaseMs, type Window } from "./upstream-permits.ts";

export type UpstreamState = {
  breaker: Breaker;
  windows: ReadonlyMap<string, Window>;
  /** Until when the system wants no calls under a key. */
  pauses: ReadonlyMap<string, number>;
  /** Until when turns have been given to those who were refused under a key, so that they do not all come back at once. */
  turns: ReadonlyMap<string, number>;
  /** The limit of `all` in the system's own words. */
  learned: Limit | null;
  credentials: { state: "unknown" | "accepted" | "refused"; since: number | null };
  calls: { answered: number; failed: number; deferred: number; took_ms: number };
  cache: { hits: number; misses: number };
};

/** For a key without a limit: leases all the same, so that an open breaker is noticed within seconds. */
const UNLIMITED: Limit = { max: Number.MAX_SAFE_INTEGER, windowMs: 10_000 };
/** Turns are not given further ahead than this; who comes back too early is given another. */
const LONGEST_QUEUE_MS = 600_000;
/** Beyond this many keys those that are not in use are forgotten. */
const MANY_KEYS = 500;

export function newUpstream(now: number): UpstreamState {
  return {
    breaker: closedBreaker(now),
    windows: new Map(),
    pauses: new Map(),
    turns: new Map(),
    learned: null,
    credentials: { state: "unknown", since: null },
    calls: { answered: 0, failed: 0, deferred: 0, took_ms: 0 },
    cache: { hits: 0, misses: 0 },
  };
}

/** The limit of a key: by hand, else what the system said, else the table's. */
export function limitOf(key: string, { learned }: Pick<UpstreamState, "learned">, policy: UpstreamPolicy): Limit {
  const kind = key.replace(/:.*/s, "");
  if (kind === "all" && learned !== null && !policy.fixed.includes(kind)) return learned;
  return policy.limits[kind] ?? UNLIMITED;
}

export function exchange(
  before: UpstreamState,
  ask: UpstreamAsk,
  now: number,
  policy: UpstreamPolicy,
): { state: UpstreamState; answer: UpstreamAnswer } {
  const state = takeIn(before, ask.seen, now, policy);
  if (ask.keys.length === 0) return { state, answer: { ok: true, probe: false, permits: {} } };
  // A probe is not spent on a call that a limit would hold back.
  const { breaker, admission } = admit(state.breaker, now);
  if (admission.kind === "wait") return refuse(state, "breaker", admission.ms);
  const wants = ask.keys.map((key) => {
    const limit = limitOf(key, state, policy);
    const { count, waitMs } = available(state.windows.get(key) ?? [], limit, now);
    return { key, limit, count, waitMs: Math.max(waitMs, (state.pauses.get(key) ?? 0) - now) };
  });
  const [scarcest] = wants.toSorted((a, b) => b.waitMs - a.waitMs);
  if (scarcest !== undefined && scarcest.waitMs > 0) {
    const turn = nextTurn(state.turns.get(scarcest.key) ?? 0, scarcest.limit, now + scarcest.waitMs);
    const turns = new Map(state.turns).set(scarcest.key, turn);
    return refuse({ ...state, turns }, "limit", turn - now);
  }

  const windows = new Map(state.windows);
  const permits: Record<string, { count: number; valid_ms: number }> = {};
  for (const { key, limit, count } of wants) {
    const given = isCareful(breaker, admission) ? 1 : count;
    if (limit !== UNLIMITED) windows.set(key, granted(windows.get(key) ?? [], limit, given, now));
    permits[key] = { count: given, valid_ms: leaseMs(limit) };
  }
  const kept = windows.size > MANY_KEYS ? inUse(windows, now) : windows;
  const answer = { ok: true, probe: admission.kind === "probe", permits } as const;
  return { state: { ...state, breaker, windows: kept }, answer };
}

/** One after the other as fast as the limit allows, from the moment when there is a permit again. */
function nextTurn(last: number, limit: Limit, freeAt: number): number {
  const stepMs = Math.ceil((limit.windowMs + leaseMs(limit)) / limit.max);
  return Math.min(Math.max(last + stepMs, freeAt), freeAt + LONGEST_QUEUE_MS);
}

/** After a failure calls go out one by one, so that an outage costs as few as it takes to notice. */
function isCareful(breaker: Breaker, admission: Admission): boolean {
  return admission.kind === "probe" || (breaker.kind === "closed" && breaker.inARow > 0);
}

function refuse(state: UpstreamState, why: "breaker" | "limit", waitMs: number) {
  const calls = { ...state.calls, deferred: state.calls.deferred + 1 };
  return { state: { ...state, calls }, answer: { ok: false, why, wait_ms: Math.ceil(waitMs) } as const };
}

function takeIn(state: UpstreamState, seen: Seen, now: number, policy: UpstreamPolicy): UpstreamState {
  const { answered, failed, pause, limit, credentials, cache } = seen;
  const pauses = new Map(Array.from(state.pauses).filter(([, until]) => until > now));
  const turns = new Map(Array.from(state.turns).filter(([, until]) => until > now));
  if (pause !== null) pauses.set(pause.key, Math.max(pauses.get(pause.key) ?? 0, now + pause.ms));
  const changed = credentials !== null && credentials !== state.credentials.state;
  return {
    breaker: observe(state.breaker, seen, now, policy.breaker),
    windows: state.windows,
    pauses,
    turns,
    learned: limit === null ? state.learned : { max: limit.max, windowMs: limit.window_ms },
    credentials: changed ? { state: credentials, since: now } : state.credentials,
    calls: {
      answered: state.calls.answered + answered,
      failed: state.calls.failed + failed,
      deferred: state.calls.deferred,
      took_ms: state.calls.took_ms + (seen.took_ms ?? 0),
    },
    cache: { hits: state.cache.hits + cache.hits, misses: state.cache.misses + cache.misses },
  };
}

function inUse(windows: ReadonlyMap<string, Window>, now: number): ReadonlyMap<string, Window> {
  return new Map(Array.from(windows).filter(([, window]) => window.some(({ until }) => until > now)));
}
