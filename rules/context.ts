// Turns an enriched signal into what expressions see. Rules: what is not known (null, blank, not well formed) is absent
// and asked for with has(); lists are never absent; and every text is one line, so that a deal's name can neither
// break a mail header nor pose as a paragraph of the mail.
import * as z from "zod";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { type CelRecord, CelValues, type FieldType, RECORDS, type RecordName, valueType } from "./vocabulary.ts";

export type Context = Readonly<Record<"signal" | "deal" | "account" | "values", CelRecord>> & { readonly now: Date };
type ValidityContext = Pick<Context, "deal" | "account" | "now">;

const Email = z.email().max(320);
const WebUrl = z.url({ protocol: /^https?$/ }).max(2_000);
/** Control characters, line and paragraph separators, and marks that reverse or reorder the text around them. */
const UNPRINTABLE = /[\s\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

const NO_VALUES: CelRecord = new CelValues();

/** The variables for one signal. `nowMs` is the moment of the decision, in milliseconds since 1970. */
export function contextOf(signal: SignalEnriched, nowMs: number, values: CelRecord = NO_VALUES): Context {
  const { payload } = signal;
  // A hidden value ("REDACTED") is not a value: no rule compares it and no text shows it.
  const shown = payload.sensitive === true ? { ...payload, old_value: null, new_value: null } : payload;
  const degraded = signal.degraded.map(({ missing }) => missing);
  return {
    signal: recordOf("Signal", { ...signal, payload: shown, degraded }),
    ...validityContextOf(signal, nowMs),
    values,
  };
}

/** The variables of `still_valid`, from context as fresh as it is given. */
export function validityContextOf(
  { deal_context, account_context }: Pick<SignalEnriched, "deal_context" | "account_context">,
  nowMs: number,
): ValidityContext {
  return {
    deal: recordOf("Deal", deal_context ?? {}),
    account: recordOf("Account", account_context ?? {}),
    now: new Date(nowMs),
  };
}

/** The ruleset's named values as expressions see them; blank and null ones are absent. */
export function valuesOf(values: Readonly<Record<string, unknown>>): CelRecord {
  return new CelValues(Object.keys(values), (name) => {
    const type = valueType(values[name]);
    return type === null ? undefined : celValue(type, values[name]);
  });
}

function recordOf(name: RecordName, source: object): CelRecord {
  const { fields, names, Class } = RECORDS[name];
  const read = (field: string): unknown => {
    const type = fields[field];
    return type === undefined ? undefined : celValue(type, Reflect.get(source, field));
  };
  return new Class(names, read);
}

/** The value as the library wants it (ints are BigInt, instants are Date), or undefined when it is absent. */
function celValue(type: FieldType, value: unknown): unknown {
  if (typeof type === "object") return listOf(value).map((item) => recordOf(type[0], objectOf(item) ?? {}));
  switch (type) {
    case "string":
      return oneLine(value);
    case "email":
      return Email.safeParse(value).data;
    case "url":
      return WebUrl.safeParse(value).data;
    case "int":
      return Number.isSafeInteger(value) ? BigInt(Number(value)) : undefined;
    case "double":
      return typeof value === "number" ? value : undefined;
    case "bool":
      return typeof value === "boolean" ? value : undefined;
    case "instant":
      return typeof value === "string" ? new Date(value) : undefined;
    case "strings":
      return listOf(value).flatMap((item) => oneLine(item) ?? []);
    case "facts":
      return factsOf(value);
    default: {
      const source = objectOf(value);
      return source === undefined ? undefined : recordOf(type, source);
    }
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: unknown): object | undefined {
  return typeof value === "object" && value !== null ? value : undefined;
}

function oneLine(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return value.toWellFormed().replace(UNPRINTABLE, " ").trim() || undefined;
}

/** Texts, numbers (as doubles) and booleans; a fact that is null is absent. */
function factsOf(value: unknown): Map<string, unknown> {
  const facts = Object.entries(objectOf(value) ?? {}).map(
    ([key, fact]) => [key, typeof fact === "string" ? oneLine(fact) : fact] as const,
  );
  return new Map(facts.filter(([, fact]) => fact !== undefined && fact !== null));
}
