// JSON from a stranger: parsed exactly, or refused with words. Rule: an integer too large for a number is kept as its
// digits, because an id that is off by one is another record.
import type * as z from "zod";
import type { BodyError } from "./source.ts";

declare global {
  interface JSON {
    /** With source text access (https://tc39.es/proposal-json-parse-with-source/), in workerd and Node 22 or later. */
    parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  }
}

export type ParsedJson = { ok: true; value: unknown } | { ok: false; detail: string };

/** Deeper than any webhook, and shallow enough that nothing that walks the value runs out of stack. */
const MAX_DEPTH = 32;

/** Shorter runs of digits are below 2^53; the reviver is slow, so bodies without a longer one do without. */
const LONG_INTEGER = /\d{16}/;

/** Parses `text`. Never throws; `detail` says where it stopped being JSON. */
export function parseJson(text: string): ParsedJson {
  try {
    const value: unknown = LONG_INTEGER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
    if (isDeeper(value, MAX_DEPTH)) return { ok: false, detail: `the JSON is nested deeper than ${MAX_DEPTH} levels` };
    return { ok: true, value };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, detail: `the body is not JSON${placeOf(error)}` };
    return { ok: false, detail: `the JSON is nested deeper than ${MAX_DEPTH} levels` };
  }
}

/** The first things that are wrong with a part of a body, as JSON pointers from its root (RFC 6901). */
export function bodyErrors(error: z.ZodError, prefix = ""): [BodyError, ...BodyError[]] {
  const [first, ...rest] = error.issues.map(({ path, message }) => ({
    pointer: prefix + path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
    detail: message,
  }));
  return [first ?? { pointer: prefix, detail: error.message }, ...rest.slice(0, 9)];
}

function keepDigits(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return context.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((field) => isDeeper(field, levels - 1));
}

/** The engine's message quotes the body, which may be personal; only the position is repeated. */
function placeOf(error: SyntaxError): string {
  const position = /at position \d+/.exec(error.message);
  return position === null ? "" : ` (${position[0]})`;
}
