// Outbound calls: one JSON request with a timeout and the trace context, and every way it can fail in one tagged union.
// Rule: whether an effect may have happened is part of the failure, because only an unknown effect needs asking.

export type CallFailure =
  /** No answer in time or the connection broke: the effect is unknown. */
  | { kind: "no_answer"; reason: string }
  /**
   * 408, 429 and 5xx. A 5xx may have happened all the same; `effectUnknown` says so. `deferred`: the call was not made,
   * because of a limit or an open breaker, and uses up no attempt.
   */
  | {
      kind: "unavailable";
      status: number;
      retryAfterSeconds: number | null;
      reason: string;
      effectUnknown: boolean;
      deferred?: boolean;
    }
  /** 401 and 403: the secret is wrong or expired; a retry can't mend it, a person can. */
  | { kind: "credentials"; status: number; reason: string }
  | { kind: "not_found"; reason: string }
  /** Any other 4xx, with the upstream's own words. */
  | { kind: "rejected"; status: number; reason: string }
  /** A 2xx whose body is not what the API promises. */
  | { kind: "malformed"; reason: string };

export type CallResult<T> =
  | { ok: true; value: T; status: number; headers: Headers }
  | { ok: false; failure: CallFailure };

export type HttpPorts = { fetch: typeof fetch; now(): number };

export type Call = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string or URLSearchParams is sent as it is. */
  body?: unknown;
  /** W3C trace-id of the signal, passed on as `traceparent`. */
  correlationId?: string;
  timeoutMs?: number;
};

/** On an answer that our own guard gave in place of the system, `limit` or `breaker` (runtime/upstream-fetch.ts). */
export const DEFERRED_HEADER = "dealwire-deferred";

const DEFAULT_TIMEOUT_MS = 10_000;
/** An error body is quoted up to this length. */
const MAX_REASON = 500;

/** Calls `url` and answers the parsed JSON body (null for an empty one). Never throws. */
export async function callJson(call: Call, ports: HttpPorts): Promise<CallResult<unknown>> {
  const headers = new Headers({ accept: "application/json", ...call.headers });
  if (call.correlationId !== undefined) headers.set("traceparent", traceparent(call.correlationId));
  const init: RequestInit = {
    method: call.method,
    headers,
    signal: AbortSignal.timeout(call.timeoutMs ?? DEFAULT_TIMEOUT_MS),
  };
  if (typeof call.body === "string" || call.body instanceof URLSearchParams) init.body = call.body;
  else if (call.body !== undefined) {
    init.body = JSON.stringify(call.body);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
  }
  const target = `${call.method} ${new URL(call.url).pathname}`;
  // Detached, because workerd refuses its own fetch when called as a method of another object.
  const send = ports.fetch;
  let response: Response;
  let text: string;
  try {
    response = await send(call.url, init);
    text = await response.text();
  } catch (error) {
    return { ok: false, failure: { kind: "no_answer", reason: `${target}: ${String(error).slice(0, MAX_REASON)}` } };
  }
  if (!response.ok)
    return {
      ok: false,
      failure: failureOf(response, `${target}: ${response.status} ${text}`.slice(0, MAX_REASON), ports.now()),
    };
  try {
    return {
      ok: true,
      value: text === "" ? null : JSON.parse(text),
      status: response.status,
      headers: response.headers,
    };
  } catch {
    return {
      ok: false,
      failure: { kind: "malformed", reason: `${target}: the answer is not JSON: ${text.slice(0, 100)}` },
    };
  }
}

function failureOf(response: Response, reason: string, nowMs: number): CallFailure {
  const { status } = response;
  if (response.headers.has(DEFERRED_HEADER)) {
    const retryAfterSeconds = parseRetryAfter(response.headers.get("retry-after"), nowMs);
    return { kind: "unavailable", status, retryAfterSeconds, reason, effectUnknown: false, deferred: true };
  }
  if (status === 401 || status === 403) return { kind: "credentials", status, reason };
  if (status === 404) return { kind: "not_found", reason };
  if (status === 408 || status === 423 || status === 425 || status === 429 || status === 477 || status >= 500) {
    const retryAfterSeconds = parseRetryAfter(response.headers.get("retry-after"), nowMs);
    return { kind: "unavailable", status, retryAfterSeconds, reason, effectUnknown: status >= 500 || status === 408 };
  }
  return { kind: "rejected", status, reason };
}

/** Seconds from a Retry-After header in either of its forms (RFC 9110 §10.2.3), or null. */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Math.ceil(Number(value));
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - nowMs) / 1000));
}

/** `00-<trace-id>-<span-id>-01`; the span id is random, nobody records it here. */
export function traceparent(correlationId: string): string {
  const span = crypto.getRandomValues(new Uint8Array(8));
  return `00-${correlationId}-${Array.from(span, (byte) => byte.toString(16).padStart(2, "0")).join("")}-01`;
}
