// The type of an adapter: what one source must be able to do. An adapter is a plain value; `verify` decides whether a
// request is the source's own, `normalize` says what it means. Rule: neither throws and neither has effects; whatever
// a stranger sends has an answer in these types. See docs/adding-a-source.md.
import type { QueueName } from "#contract/queues.ts";
import type { SignalDraft } from "#runtime/signal.ts";

/** Both ways around the time of signing, by HubSpot's and Standard Webhooks' documents alike. */
export const SIGNATURE_TOLERANCE_MS = 300_000;

/** One webhook as it arrived. Signatures are over the bytes of `body`, never over what they parse to. */
export type HookRequest = { method: string; url: string; headers: Headers; body: Uint8Array };

export type RefusalCode = "missing_signature" | "bad_signature" | "stale" | "wrong_origin" | "unknown_key";

export type Verification =
  | { kind: "ok" }
  /** `reason` is shown to the sender: what is wrong and what to do, and never what would have been right. */
  | { kind: "refused"; code: RefusalCode; reason: string }
  /** A setting is there but useless; `reason` names the variable. (A missing one never reaches `verify`.) */
  | { kind: "not_configured"; reason: string };

/** What one event of a request turned out to be. `raw` is the event as it arrived, `pointer` a JSON pointer (RFC 6901). */
export type Reading =
  | { kind: "signal"; draft: SignalDraft; pointer: string; raw: unknown }
  | { kind: "ignored"; name: string }
  | { kind: "invalid"; pointer: string; reason: string; raw: unknown };

export type BodyError = { pointer: string; detail: string };

/** `ok: false` when the body as a whole is not what the source sends; then nothing of it is taken. */
export type Normalized = { ok: true; readings: readonly Reading[] } | { ok: false; errors: readonly BodyError[] };

/** `receivedAt` is an Instant. Headers are for what a source keeps there, such as the id of a delivery. */
type NormalizeContext<Name extends string = string> = {
  headers: Headers;
  receivedAt: string;
  settings: Readonly<Record<Name, string>>;
};

/** What was taken of a request: events accepted, ignored by name, and rejected as dead letters. */
type Counts = { accepted: number; ignored: number; rejected: number };

export type RetryAfterUnit = "seconds" | "milliseconds";

/** `Name` is a setting that it needs, or an option that it can do without. */
export type Source<Name extends string = string> = {
  /** The `{source}` of POST /hooks/{source}, the `source` of its signals. */
  name: string;
  /** `signals-bulk` for sources that send many signals that can wait. */
  lane: Extract<QueueName, "signals" | "signals-bulk">;
  /** Variables and secrets without which requests can't be verified; while one is missing the source answers 503. */
  settings: readonly Name[];
  /** Variables that change what it does and may be empty; `verify` and `normalize` get "" for those that are not set. */
  options?: readonly Name[];
  /** True for a sender that can set no header: POST /hooks/{name}/{secret} is its own, too. */
  secretInPath?: boolean;
  /** Where it is served instead of /hooks/{name}. */
  path?: string;
  /**
   * True: every body is kept in R2. False: none is, for a sender that nobody vouches for and that could fill it. Else
   * those that are large or not understood.
   */
  keepRaw?: boolean;
  /** In what the sender reads Retry-After; seconds (RFC 9110) unless it says otherwise. */
  retryAfterUnit?: RetryAfterUnit;
  /** Less than the usual limit, for a sender that nobody vouches for. */
  maxBodyBytes?: number;
  /** Events by which the sender says that a person must be forgotten; only of senders that can prove who they are. */
  erasesOn?: readonly string[];
  /** What requests are limited by; asked after `verify`. */
  limitKey?(request: HookRequest): string;
  verify(request: HookRequest, settings: Readonly<Record<Name, string>>, nowMs: number): Promise<Verification>;
  normalize(body: string, context: NormalizeContext<Name>): Normalized;
  /**
   * The success answer, for a sender that does not read our 202; called after the queues took everything. `body` is the
   * request's, for a source whose forms want different answers; null for the usual one.
   */
  reply?(counts: Counts, body: string): Response | null;
};
