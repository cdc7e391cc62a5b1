// The correlation id of a request, for what is said about the request itself. (A signal's own derives from its
// identity.) Rule: the sender's trace goes on where it sends one.

/** `traceparent` of W3C Trace Context, version 00 or a later one: version, trace-id, parent-id, flags. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/;

/** 32 hex digits: the trace-id of a valid `traceparent` header, otherwise those of `newEventId`. */
export function correlationOf(headers: Headers, newEventId: () => string): string {
  return TRACEPARENT.exec(headers.get("traceparent") ?? "")?.[1] ?? newEventId().replaceAll("-", "");
}
