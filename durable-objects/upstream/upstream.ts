// The Upstream object, one for each outside system: limits, breaker and logins for all isolates together. A shell: it
// runs the pure exchange on the state in memory and stores only what an eviction must not lose. Rules: what is stored
// is an open breaker, a long pause, the windows of limits that last a minute or more, and what a rotating login left,
// sealed with a key that is not here; tokens are never stored.
import { DurableObject } from "cloudflare:workers";
import type {
  SharedToken,
  TokenAnswer,
  UpstreamAnswer,
  UpstreamAsk,
  UpstreamRpc,
  UpstreamStatus,
} from "#contract/upstream.ts";
import { createLog, type Log } from "#runtime/log.ts";
import type { Breaker } from "#runtime/upstream-breaker.ts";
import { readPolicy, type UpstreamPolicy } from "#runtime/upstream-limits.ts";
import type { Window } from "#runtime/upstream-permits.ts";
import { exchange, limitOf, newUpstream, type UpstreamState } from "#runtime/upstream-state.ts";
import { statusOf } from "./status.ts";
import { askToken, keepToken, type Tokens } from "./token-desk.ts";

export type UpstreamPorts = { now(): number; log: Log };

const BREAKER = "breaker";
const PAUSES = "pauses";
const WINDOW = "window:";
const RENEWAL = "renewal:";
/** Shorter windows and pauses are over before an idle object is evicted and asked again. */
const WORTH_STORING_MS = 60_000;

export class Upstream extends DurableObject<Env> implements UpstreamRpc {
  ports: UpstreamPorts = { now: Date.now, log: createLog("upstream") };
  readonly #policy: UpstreamPolicy;
  #state: UpstreamState;
  #tokens: Tokens = new Map();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { policy, problem } = readPolicy(this.#system(), env.UPSTREAM_LIMITS);
    if (problem !== null) this.ports.log("error", "upstream_limits_ignored", { reason: problem });
    this.#policy = policy;
    const { kv } = ctx.storage;
    const fresh = newUpstream(this.ports.now());
    const windows = Array.from(kv.list<Window>({ prefix: WINDOW }), ([name, window]) => {
      return [name.slice(WINDOW.length), window] as const;
    });
    this.#state = {
      ...fresh,
      breaker: kv.get<Breaker>(BREAKER) ?? fresh.breaker,
      pauses: new Map(kv.get<[string, number][]>(PAUSES)),
      windows: new Map(windows),
    };
  }

  async exchange(ask: UpstreamAsk): Promise<UpstreamAnswer> {
    const now = this.ports.now();
    const before = this.#state;
    const { state, answer } = exchange(before, ask, now, this.#policy);
    this.#state = state;
    this.#store(before, state, now);
    this.#report(before, state);
    return answer;
  }

  async token(account: string, refused: string | null): Promise<TokenAnswer> {
    const { tokens, answer } = askToken(this.#tokens, account, refused, this.ports.now());
    this.#tokens = tokens;
    const renewal = answer.kind === "login" ? this.ctx.storage.kv.get<string>(RENEWAL + account) : undefined;
    return answer.kind === "login" && renewal !== undefined ? { ...answer, renewal } : answer;
  }

  async keepToken(account: string, token: SharedToken | null): Promise<void> {
    if (token?.renewal !== undefined) this.ctx.storage.kv.put(RENEWAL + account, token.renewal);
    this.#tokens = keepToken(this.#tokens, account, token, this.ports.now());
  }

  async status(): Promise<UpstreamStatus> {
    return statusOf(this.#system(), this.#state, this.#tokens, this.#policy, this.ports.now());
  }

  #system(): string {
    return this.ctx.id.name ?? "unknown";
  }

  #store(before: UpstreamState, after: UpstreamState, now: number): void {
    const { kv } = this.ctx.storage;
    if (after.breaker.kind !== before.breaker.kind || after.breaker.kind === "half_open") {
      if (after.breaker.kind === "closed") kv.delete(BREAKER);
      else if (after.breaker !== before.breaker) kv.put(BREAKER, after.breaker);
    }
    const longPauses = (pauses: ReadonlyMap<string, number>) =>
      Array.from(pauses).filter(([, until]) => until - now > WORTH_STORING_MS);
    const pauses = longPauses(after.pauses);
    if (pauses.some(([key, until]) => before.pauses.get(key) !== until)) kv.put(PAUSES, pauses);
    for (const [key, window] of after.windows) {
      if (before.windows.get(key) === window) continue;
      if (limitOf(key, after, this.#policy).windowMs >= WORTH_STORING_MS) kv.put(WINDOW + key, window);
    }
    for (const key of before.windows.keys()) if (!after.windows.has(key)) kv.delete(WINDOW + key);
  }

  #report(before: UpstreamState, after: UpstreamState): void {
    const system = this.#system();
    const { kind } = after.breaker;
    if (kind !== before.breaker.kind) {
      this.ports.log(kind === "open" ? "error" : "info", `breaker_${kind}`, { system, failed: after.calls.failed });
    }
    if (after.credentials.state === before.credentials.state) return;
    const refused = after.credentials.state === "refused";
    this.ports.log(refused ? "error" : "info", `credentials_${after.credentials.state}`, { system });
  }
}
