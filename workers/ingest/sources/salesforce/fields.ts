// The fields of a record as plain values by their API names. Rule: values stay what was sent (text stays text, a number
// keeps its digits), a compound field becomes `Name.FirstName` as `changedFields` calls it, and lists are left out.
import type { SignalFacts } from "#contract/signal-received.ts";

export type FieldValue = string | number | boolean | null;
/** A map, because a field's name comes from outside and may be that of something every object inherits. */
export type Fields = ReadonlyMap<string, FieldValue>;
export type Facts = NonNullable<SignalFacts["facts"]>;

/** Limits of the contract; of a record with very many fields the first are kept. */
const MAX_FACTS = 60;
const MAX_FACT = 2_000;
const MAX_NAME = 100;

/** The plain values of `record` and of the compound fields in it; `except` names what is no field. */
export function fieldsOf(record: object, except: readonly string[] = []): Fields {
  const fields = new Map<string, FieldValue>();
  for (const [name, value] of Object.entries(record)) {
    if (except.includes(name)) continue;
    if (isPlain(value)) fields.set(name, value);
    else if (typeof value === "object" && !Array.isArray(value)) {
      for (const [part, inner] of Object.entries(value)) if (isPlain(inner)) fields.set(`${name}.${part}`, inner);
    }
  }
  return fields;
}

/** The text of a field; null when it is empty, undefined when it was not sent. */
export function textOf(value: FieldValue | undefined): string | null | undefined {
  if (value === undefined || value === null || value === "") return value === undefined ? undefined : null;
  return String(value);
}

/** The fields as facts, cut to the contract's limits, with `own` before them and winning over them. */
export function factsOf(own: Readonly<Record<string, FieldValue | undefined>>, fields: Fields): Facts {
  const ours = Object.entries(own).flatMap(([name, value]): [string, FieldValue][] => {
    return value === undefined || value === null || value === "" ? [] : [[name, cut(value)]];
  });
  const theirs = [...fields].filter(
    ([name, value]) => value !== null && name.length <= MAX_NAME && !Object.hasOwn(own, name),
  );
  return Object.fromEntries([...ours, ...theirs.slice(0, MAX_FACTS).map(([name, value]) => [name, cut(value)])]);
}

function isPlain(value: unknown): value is FieldValue {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "string" || typeof value === "boolean" || value === null;
}

function cut(value: FieldValue): FieldValue {
  return typeof value === "string" ? value.slice(0, MAX_FACT) : value;
}
