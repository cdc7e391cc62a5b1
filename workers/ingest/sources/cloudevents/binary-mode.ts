// The binary content mode: attributes in `ce-` headers, the data as the body. Rule: it is turned into the JSON format
// and read as that, so that an event is the same event in whichever mode it comes.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode
import { parseJson } from "../json.ts";
import type { BodyError } from "../source.ts";
import { isJson } from "./event.ts";

export type BinaryResult = { ok: true; event: Record<string, unknown> } | { ok: false; error: BodyError };

/** Attribute names are lower-case letters and digits (CloudEvents, "Attribute naming convention"). */
const HEADER = /^ce-([a-z0-9]+)$/;

/** The event of a request in the JSON format. A header's mistake has no place in the body: its `detail` names it. */
export function readBinary(headers: Headers, body: string): BinaryResult {
  const event: Record<string, unknown> = {};
  for (const [header, value] of headers) {
    const name = HEADER.exec(header)?.[1];
    if (name === undefined || name === "data") continue;
    const decoded = headerValueOf(value);
    if (decoded === null) {
      return { ok: false, error: { pointer: "", detail: `${header} is not percent-encoded UTF-8` } };
    }
    event[name] = decoded;
  }
  const contentType = headers.get("content-type");
  event.datacontenttype = contentType;
  if (body === "" || !isJson(contentType)) return { ok: true, event };
  const parsed = parseJson(body);
  if (!parsed.ok) return { ok: false, error: { pointer: "", detail: parsed.detail } };
  event.data = parsed.value;
  return { ok: true, event };
}

/** Where a mistake in the JSON format stands in the request. */
export function placeInRequest({ pointer, detail }: BodyError): BodyError {
  const path = pointer.split("/");
  if (path[1] === "data") return { pointer: pointer.slice("/data".length), detail };
  return { pointer: "", detail: `the header ce-${path[1] ?? ""}: ${detail}` };
}

/** Older senders quote; all percent-encode, once. Null for what is not UTF-8 then. */
function headerValueOf(value: string): string | null {
  const quoted = /^"(.*)"$/.exec(value)?.[1];
  try {
    return decodeURIComponent((quoted?.replace(/\\(.)/g, "$1") ?? value).replace(/%(?![0-9a-f]{2})/gi, "%25"));
  } catch {
    return null;
  }
}
