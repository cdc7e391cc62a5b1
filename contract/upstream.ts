// The RPC interface of the Upstream object, one for each outside system: every isolate that calls the system asks it
// for permits and tells it what it saw, so that limits, breaker and logins hold for all of them together. Rule: plain
// data, durations and never points in time, because the clocks of two machines differ; it only gains optional fields.

/** What an isolate saw of a system since it last told; all zero and null when nothing. */
export type Seen = {
  /** Calls that were answered, 4xx included: the system works. */
  answered: number;
  /** Calls that were not: 408, 5xx, a timeout, a broken connection. */
  failed: number;
  /** How long all of those took together, in milliseconds; isolates of before don't say. */
  took_ms?: number;
  /** How the one call went that was let through to see whether the system is back. */
  probe: "answered" | "failed" | null;
  credentials: "accepted" | "refused" | null;
  /** The system said to slow down; `key` is the limit that the call came under. */
  pause: { key: string; ms: number } | null;
  /** The system's own words on its limit. */
  limit: { max: number; window_ms: number } | null;
  cache: { hits: number; misses: number };
};

/** `keys` are the limits that a call comes under, the widest first: `all`, `search`, `channel:C0123`. None: only tells. */
export type UpstreamAsk = { keys: readonly string[]; seen: Seen };

export type UpstreamAnswer =
  /** For each key that many calls within `valid_ms` of asking. A probe is one call, told about at once. */
  | { ok: true; probe: boolean; permits: Readonly<Record<string, { count: number; valid_ms: number }>> }
  | { ok: false; why: "breaker" | "limit"; wait_ms: number };

/** `renewal` is what the next login needs, sealed by whoever logged in; it outlives the token and an eviction. */
export type SharedToken = { token: string; valid_ms: number; renewal?: string };

export type TokenAnswer =
  | ({ kind: "token" } & SharedToken)
  /** The caller logs in, with what the last login left, and hands over what it gets; meanwhile the others wait. */
  | { kind: "login"; renewal?: string }
  | { kind: "wait"; ms: number };

export type UpstreamStatus = {
  system: string;
  breaker: { state: "closed" | "open" | "half_open"; since: string | null; failures_in_a_row: number };
  credentials: { state: "unknown" | "accepted" | "refused"; since: string | null };
  /** By kind of limit: how many keys of it are in use and how many of them have no permit left or are paused. */
  limits: readonly { kind: string; max: number; window_ms: number; keys: number; exhausted: number }[];
  tokens: readonly { account: string; expires_at: string }[];
  calls: { answered: number; failed: number; deferred: number; took_ms?: number };
  cache: { hits: number; misses: number };
};

export interface UpstreamRpc {
  /** Takes in what was seen, then grants permits for all of `keys` or for none. */
  exchange(ask: UpstreamAsk): Promise<UpstreamAnswer>;
  /** The token of an account, or who is to log in. `refused` is a token that the system no longer takes. */
  token(account: string, refused: string | null): Promise<TokenAnswer>;
  /** What the login gave; null when it failed, so that another may try. */
  keepToken(account: string, token: SharedToken | null): Promise<void>;
  status(): Promise<UpstreamStatus>;
}
