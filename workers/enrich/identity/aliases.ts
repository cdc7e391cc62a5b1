// Under which name something is known today: a visitor who said who they are, a contact by its account, a record that
// was merged away. Rules: a record's alias carries its kind, because HubSpot's ids are unique per kind only; an address
// is never kept, only the contact or the domain that it led to; the newest word wins.

export type Alias = {
  /** `segment:anon-…`, or a record with its kind: `hubspot:deal-99`. */
  reference: string;
  /** A record with its kind (`hubspot:contact-201`, `hubspot:account-300`) or `domain:acme.com`. */
  resolves_to: string;
  how: "merged" | "identified" | "employed";
  /** `fired_at` of the signal that told. */
  learned_at: string;
};

/** What is known, by reference. */
export type Aliases = ReadonlyMap<string, Alias>;

export type RecordKind = "deal" | "contact" | "account";

/** `hubspot:deal-99` of `hubspot:99`. */
export function kindReference(kind: RecordKind, reference: string): string {
  const colon = reference.indexOf(":");
  return `${reference.slice(0, colon)}:${kind}-${reference.slice(colon + 1)}`;
}

/** `hubspot:201` of `hubspot:contact-201` where that is the kind; null for everything else. */
export function recordOfKind(kind: RecordKind, reference: string): string | null {
  const colon = reference.indexOf(":");
  const prefix = `${kind}-`;
  if (!reference.startsWith(prefix, colon + 1)) return null;
  return `${reference.slice(0, colon)}:${reference.slice(colon + 1 + prefix.length)}`;
}

/** Where merges lead to from here; a circle, which no CRM makes, ends. */
export function survivorOf(kind: RecordKind, reference: string, aliases: Aliases): string {
  let survivor = reference;
  for (const seen = new Set<string>(); !seen.has(survivor); ) {
    seen.add(survivor);
    const alias = aliases.get(kindReference(kind, survivor));
    if (alias?.how === "merged") survivor = recordOfKind(kind, alias.resolves_to) ?? survivor;
  }
  return survivor;
}

/** Merges lead on, so three steps of lookup find what two merges and a visitor made of it. */
const MAX_STEPS = 3;

/**
 * ?1 is a JSON array of references. Answers their aliases and those of what they resolve to.
 */
export const READ_ALIASES = `
  WITH RECURSIVE known (reference, resolves_to, how, learned_at, step) AS (
    SELECT reference, resolves_to, how, learned_at, 1 FROM aliases WHERE reference IN (SELECT value FROM json_each(?1))
    UNION
    SELECT next.reference, next.resolves_to, next.how, next.learned_at, step + 1
    FROM known JOIN aliases AS next ON next.reference = known.resolves_to WHERE step < ${MAX_STEPS}
  )
  SELECT DISTINCT reference, resolves_to, how, learned_at FROM known`;

/** ?1 is a JSON array of Alias. What is known as it is costs no write, and an older word changes nothing. */
export const KEEP_ALIASES = `
  INSERT INTO aliases (reference, resolves_to, how, learned_at)
  SELECT value->>'reference', value->>'resolves_to', value->>'how', value->>'learned_at' FROM json_each(?1) WHERE true
  ON CONFLICT (reference) DO UPDATE SET
    resolves_to = excluded.resolves_to, how = excluded.how, learned_at = excluded.learned_at
  WHERE excluded.learned_at >= aliases.learned_at AND excluded.resolves_to <> aliases.resolves_to`;
