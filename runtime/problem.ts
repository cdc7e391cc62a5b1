// Errors over HTTP: application/problem+json (RFC 9457), always with the correlation id. Rule: `detail` says what is
// wrong and what to do about it, in words that a stranger understands, and never a secret or a stack.

export type Problem = {
  status: number;
  /** Kebab-case name of the problem; the `type` is `urn:dealwire:problem:<slug>`. */
  slug: string;
  title: string;
  detail: string;
  correlationId: string;
  /** Seconds; sent as Retry-After. */
  retryAfterSeconds?: number;
  /** Further members, for example `errors` with JSON pointers. */
  extensions?: Readonly<Record<string, unknown>>;
};

export function problem({
  status,
  slug,
  title,
  detail,
  correlationId,
  retryAfterSeconds,
  extensions,
}: Problem): Response {
  const body = {
    type: `urn:dealwire:problem:${slug}`,
    title,
    status,
    detail,
    correlation_id: correlationId,
    ...extensions,
  };
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
  return new Response(JSON.stringify(body), { status, headers });
}
