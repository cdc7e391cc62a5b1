// One CloudEvent: its attributes, and the data in it that speaks our words (see standard/message.ts). Rule: what the
// specification requires must be there and right, null counts as absent, and data in a format that we do not read says
// nothing and is no mistake.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
import * as z from "zod";
import { fromBase64 } from "../../signing/bytes.ts";
import { instantOf } from "../instant.ts";
import { bodyErrors, parseJson } from "../json.ts";
import type { BodyError } from "../source.ts";
import { Data } from "../standard/message.ts";

const Name = z.string().min(1).max(1_000);

const Attributes = z.looseObject({
  specversion: z.literal("1.0", { error: 'expected "1.0"' }),
  id: Name,
  source: Name,
  type: z.string().trim().min(1).max(1_000),
  subject: z.string().max(1_000).nullish(),
  /** From here on an Instant. */
  time: z
    .string()
    .transform(instantOf)
    .pipe(z.string({ error: "expected an RFC 3339 time with its offset" }))
    .nullish(),
  datacontenttype: z.string().nullish(),
  data: z.unknown().optional(),
  data_base64: z.string().nullish(),
});
export type Attributes = z.infer<typeof Attributes>;

export type EventResult =
  | { ok: true; attributes: Attributes; data: Data }
  | { ok: false; errors: readonly [BodyError, ...BodyError[]] };

/** What `raw` says as an event of the JSON format; pointers begin with `pointer`. */
export function readEvent(raw: unknown, pointer: string): EventResult {
  const attributes = Attributes.safeParse(raw);
  if (!attributes.success) return { ok: false, errors: bodyErrors(attributes.error, pointer) };
  const content = contentOf(attributes.data);
  if (!content.ok) return { ok: false, errors: [{ pointer: `${pointer}/data_base64`, detail: content.detail }] };
  // Any JSON may be data; only an object can have our fields.
  const isObject = typeof content.value === "object" && content.value !== null && !Array.isArray(content.value);
  const data = Data.safeParse(isObject ? content.value : {});
  if (!data.success) return { ok: false, errors: bodyErrors(data.error, `${pointer}/data`) };
  return { ok: true, attributes: attributes.data, data: data.data };
}

/** Whether a content type is JSON, as is what names none (JSON format, section 3.1). */
export function isJson(contentType: string | null | undefined): boolean {
  return !contentType || /^[^/;\s]+\/([^;\s]+\+)?json\s*(;|$)/i.test(contentType.trim());
}

type Content = { ok: true; value: unknown } | { ok: false; detail: string };

function contentOf({ data, data_base64: encoded, datacontenttype }: Attributes): Content {
  if (typeof encoded !== "string") return { ok: true, value: isJson(datacontenttype) ? data : null };
  if (data !== undefined && data !== null) return { ok: false, detail: "an event has data or data_base64, not both" };
  if (!isJson(datacontenttype)) return { ok: true, value: null };
  const text = decode(fromBase64(encoded));
  const parsed = text === null ? null : parseJson(text);
  return parsed?.ok ? parsed : { ok: false, detail: "expected the base64 of JSON in UTF-8, as datacontenttype says" };
}

function decode(bytes: Uint8Array | null): string | null {
  if (bytes === null) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}
