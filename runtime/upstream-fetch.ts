// A `fetch` that keeps to the limits and the breaker of the system it calls. Handed to connectors as their `fetch`, so
// that they know nothing of it. Rules: a call that may not go out is answered here, with `dealwire-deferred` saying
// why, and uses up no attempt; there is no round trip per call, because permits come in small leases; when the
// Upstream object can't be reached the isolate keeps the limits for itself and calls go on.
import type { Seen, UpstreamAnswer, UpstreamAsk, UpstreamRpc } from "#contract/upstream.ts";
import { DEFERRED_HEADER } from "./http.ts";
import type { Log } from "./log.ts";
import { defaultPolicy } from "./upstream-limits.ts";
import { NOTHING_SEEN, sawBoth, seenIn } from "./upstream-response.ts";
import { exchange, newUpstream, type UpstreamState } from "./upstream-state.ts";
import type { Target } from "./upstream-target.ts";

/** What an isolate holds of one system: plain data, so that batches that run side by side can share it. */
type Local = {
  leases: Map<string, { count: number; until: number }>;
  /** The breaker was open when last asked. */
  open: { until: number; askAgainAt: number } | null;
  untold: Seen;
  /** Used only while the object can't be reached. */
  alone: UpstreamState | null;
};
/** By system; one for each isolate, made by worker.ts. */
export type UpstreamLocals = Map<string, Local>;

export type GuardPorts = {
  fetch: typeof fetch;
  now(): number;
  log: Log;
  /** A fresh stub for one call. */
  upstream(system: string): Pick<UpstreamRpc, "exchange">;
  targetOf(input: RequestInfo | URL, init?: RequestInit): Target | null;
};

type Gate = { ok: true; probe: boolean } | { ok: false; why: "breaker" | "limit"; waitMs: number };

/** An open breaker is believed this long before the object is asked again; a limit gives each who asks a turn. */
const OPEN_MS = 2_000;
/** Another invocation may take the last permit while this one asks for another key's. */
const MAX_ROUNDS = 3;

/** Made for one batch: calls of a batch ask in turn, and a promise must not be shared between two invocations. */
export function guardedFetch(locals: UpstreamLocals, ports: GuardPorts): typeof fetch {
  const turns = new Map<string, Promise<unknown>>();
  // Detached, because workerd refuses its own fetch when called as a method of another object.
  const send = ports.fetch;
  return async (input, init) => {
    const target = ports.targetOf(input, init);
    if (target === null) return send(input, init);
    const { system } = target;
    const local = localOf(locals, system);
    const turn = (turns.get(system) ?? Promise.resolve()).then(() => pass(local, target, ports));
    turns.set(system, turn);
    const gate = await turn;
    if (!gate.ok) return deferral(system, gate);
    const sentAt = ports.now();
    const tell = (seen: Seen) => {
      const took_ms = Math.max(0, ports.now() - sentAt);
      return saw(local, target, gate.probe, { ...seen, took_ms }, ports);
    };
    let response: Response;
    try {
      response = await send(input, init);
    } catch (error) {
      await tell({ ...NOTHING_SEEN, failed: 1 });
      throw error;
    }
    await tell(await seenIn(response, target.keys.at(-1) ?? "all", ports.now()));
    return response;
  };
}

/** Counts the hits and misses of a cache with what is told of the system next. */
export function countCache(locals: UpstreamLocals, system: string, hit: boolean): void {
  const local = localOf(locals, system);
  const cache = hit ? { hits: 1, misses: 0 } : { hits: 0, misses: 1 };
  local.untold = sawBoth(local.untold, { ...NOTHING_SEEN, cache });
}

function localOf(locals: UpstreamLocals, system: string): Local {
  const known = locals.get(system);
  if (known !== undefined) return known;
  const local: Local = { leases: new Map(), open: null, untold: NOTHING_SEEN, alone: null };
  locals.set(system, local);
  return local;
}

/** Takes a permit of each key from what is leased, or asks for those that are missing. Never throws. */
async function pass(local: Local, { system, keys }: Target, ports: GuardPorts): Promise<Gate> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const now = ports.now();
    const { open } = local;
    if (open !== null && open.askAgainAt > now) return { ok: false, why: "breaker", waitMs: open.until - now };
    const missing = keys.filter((key) => !holds(local, key, now));
    if (missing.length === 0) return use(local, keys);
    const answer = await ask(local, system, { keys: missing, seen: told(local) }, ports);
    if (!answer.ok) {
      const until = now + answer.wait_ms;
      if (answer.why === "breaker") local.open = { until, askAgainAt: Math.min(until, now + OPEN_MS) };
      return { ok: false, why: answer.why, waitMs: answer.wait_ms };
    }
    local.open = null;
    if (answer.probe) return { ok: true, probe: true };
    for (const [key, { count, valid_ms }] of Object.entries(answer.permits)) {
      local.leases.set(key, { count, until: now + valid_ms });
    }
    // Whoever asked uses what it got even if the answer took longer than the lease; the next call does not.
    if (keys.every((key) => missing.includes(key) || holds(local, key, now))) return use(local, keys);
  }
  return { ok: false, why: "limit", waitMs: OPEN_MS };
}

function holds(local: Local, key: string, now: number): boolean {
  const lease = local.leases.get(key);
  return lease !== undefined && lease.count > 0 && lease.until > now;
}

function use(local: Local, keys: readonly string[]): Gate {
  for (const key of keys) {
    const lease = local.leases.get(key);
    if (lease !== undefined) lease.count -= 1;
  }
  return { ok: true, probe: false };
}

/** Keeps what was seen for the next exchange; bad news and a probe's result are told at once. */
async function saw(local: Local, { system }: Target, probe: boolean, seen: Seen, ports: GuardPorts): Promise<void> {
  const result = seen.failed > 0 ? "failed" : "answered";
  local.untold = sawBoth(local.untold, probe ? { ...seen, probe: result } : seen);
  if (!probe && seen.failed === 0 && seen.pause === null && seen.credentials !== "refused") return;
  // What is leased was granted to a system that seemed well.
  local.leases.clear();
  await ask(local, system, { keys: [], seen: told(local) }, ports);
}

function told(local: Local): Seen {
  const seen = local.untold;
  local.untold = NOTHING_SEEN;
  return seen;
}

async function ask(local: Local, system: string, asked: UpstreamAsk, ports: GuardPorts): Promise<UpstreamAnswer> {
  try {
    const answer = await ports.upstream(system).exchange(asked);
    local.alone = null;
    return answer;
  } catch (error) {
    ports.log("warn", "upstream_object_unreachable", { system, reason: String(error) });
    const now = ports.now();
    const { state, answer } = exchange(local.alone ?? newUpstream(now), asked, now, defaultPolicy(system));
    local.alone = state;
    return answer;
  }
}

/** 503 for an open breaker, 429 for a limit, as the system itself would say it. */
function deferral(system: string, { why, waitMs }: Extract<Gate, { ok: false }>): Response {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const because = why === "breaker" ? "its circuit breaker is open" : "its limit is reached";
  return new Response(`${system} was not called: ${because} for another ${seconds} s`, {
    status: why === "breaker" ? 503 : 429,
    headers: { [DEFERRED_HEADER]: why, "retry-after": String(seconds) },
  });
}
