// What a source tells beside the event, made flat and small. Rule: nothing is refused for being big; what does not fit
// is cut, and the fact `cut` says so.
import type { SignalFacts } from "#contract/signal-received.ts";

type Facts = NonNullable<SignalFacts["facts"]>;
type Bag = Readonly<Record<string, unknown>>;

/** Together at most 65 KB even if every character has to be escaped, so that the event still fits a queue. */
const MAX_FACTS = 30;
const MAX_TEXT = 300;
const MAX_NAME = 60;
/** One is ours, the other is no name for a field. */
const RESERVED = new Set(["cut", "__proto__"]);

/** `own` first, without its nulls; then the plain values of `rest`, and those one level down as `address_city`. */
export function factsOf(own: Readonly<Record<string, string | null>>, rest: Bag): Facts {
  const facts = new Map<string, Facts[string]>();
  let cut = false;
  for (const [name, value] of [...Object.entries(own), ...flat(rest)]) {
    if (value === null || value === "" || facts.has(name)) continue;
    const kept = typeof value === "string" ? value.slice(0, MAX_TEXT) : value;
    const fits = facts.size < MAX_FACTS && name.length <= MAX_NAME && !RESERVED.has(name);
    if (fits && isPlain(kept)) facts.set(name, kept);
    cut ||= !facts.has(name) || kept !== value;
  }
  return { ...Object.fromEntries(facts), ...(cut ? { cut } : {}) };
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

function* flat(bag: Bag): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(bag)) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) yield [name, value];
    else for (const [inner, deep] of Object.entries(value)) yield [`${name}_${inner}`, deep];
  }
}
