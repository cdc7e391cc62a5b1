// By which names a person is known, and whether a text has one of them. Rule: `hubspot:42` is not `hubspot:421`, and
// `an@x.test` not `dan@x.test`.
import type { ErasureRequested } from "#contract/erasure-requested.ts";

const MAX_NAMES = 50;

export type Names = ReadonlySet<string>;

/** All in lower case, as they are compared. */
export function namesOf({ references, emails }: Pick<ErasureRequested, "references" | "emails">): Names {
  return new Set([...references, ...emails].map((name) => name.toLowerCase()));
}

/** As many of them as one request may name. */
export function requestOf(names: Names): Pick<ErasureRequested, "references" | "emails"> {
  const [emails, references] = [true, false].map((isEmail) =>
    [...names].filter((name) => name.includes("@") === isEmail).slice(0, MAX_NAMES),
  );
  return { emails: emails ?? [], references: references ?? [] };
}

export function isNamed(text: string, names: Names): boolean {
  const lower = text.toLowerCase();
  return [...names].some((name) => containsWhole(lower, name));
}

function containsWhole(text: string, name: string): boolean {
  const isPart = (character: string | undefined) => character !== undefined && /[\w.+-]/.test(character);
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const [before, after] = [text[at - 1], text[at + name.length]];
    const endsSentence = after === "." && !isPart(text[at + name.length + 1]);
    // `\n` in JSON text is a letter before a name that begins a line.
    const escaped = before === "n" && text[at - 2] === "\\";
    if ((escaped || !isPart(before)) && (endsSentence || !isPart(after))) return true;
  }
  return false;
}

/** Addresses that stand in one record with a name: `{"id":"hubspot:42","email":"kim@acme.test"}`. */
export function otherNames(value: unknown, names: Names, found: Set<string> = new Set()): ReadonlySet<string> {
  if (typeof value !== "object" || value === null) return found;
  const fields = new Map(Object.entries(value));
  const [id, email] = [fields.get("id") ?? fields.get("contact_id"), fields.get("email")];
  if (typeof id === "string" && typeof email === "string" && names.has(id.toLowerCase()))
    found.add(email.toLowerCase());
  for (const field of fields.values()) otherNames(field, names, found);
  return found;
}
