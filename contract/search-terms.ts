// The words under which a signal is found: `ledger` files them, `console` asks for them, an erasure looks for a person's.
// Rule: who somebody is stands there as a digest only, so that the index of the search names nobody.
import { sha256 } from "#runtime/digest.ts";

/** What a signal can be filtered by, beside free words. `name` is anything that is named anywhere in its trail. */
export type NameRole = "deal" | "account" | "contact" | "rep" | "name";
export type Facet = "source" | "type" | "fate";

/** Longer words are cut; a signal's own id has 30 characters, a trace 32. */
const MAX_WORD = 32;

/** `source_hubspot`. The value is one of ours: lower case, digits and underscores. */
export function facetTerm(facet: Facet, value: string): string {
  return `${facet}_${value.toLowerCase().replaceAll(/[^a-z0-9]/g, "_")}`;
}

/** `day_20261121`, of an instant. */
export function dayTerm(instant: string): string {
  return `day_${instant.slice(0, 10).replaceAll("-", "")}`;
}

/** A reference or an e-mail address, in any case, as `contact_` and 20 hex digits. */
export async function nameTerm(role: NameRole, name: string): Promise<string> {
  const bytes = (await sha256(`name:${name.trim().toLowerCase()}`)).subarray(0, 10);
  return `${role}_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const MARKS = 36 ** 3;

/**
 * Three characters of a term (FNV-1a). A link has those of each of its signals, so that of the 250 only those are looked at
 * that may have a term, and one that has not is looked at in vain once in many times.
 */
export function markOf(term: string): string {
  let hash = FNV_OFFSET;
  for (let place = 0; place < term.length; place += 1) hash = Math.imul(hash ^ term.charCodeAt(place), FNV_PRIME);
  return ((hash >>> 0) % MARKS).toString(36).padStart(3, "0");
}

/** A signal's entry in the marks of a link, between spaces; `terms` as a signal's row has them. */
export function marksText(signalId: string, terms: string): string {
  const marks = terms
    .split(" ")
    .filter((term) => term !== "")
    .map(markOf);
  return `${signalId} ${[...new Set(marks)].join(" ")} `;
}

/** True for a term that is no plain word: an id, a facet, a day, a digest. */
export function isCoded(term: string): boolean {
  return /^(sig|source|type|fate|day|deal|account|contact|rep|name)_|^[0-9a-f]{32}$/.test(term);
}

/** The words of a text: lower case, without accents, three characters or more. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  const words = plain.match(/[\p{L}\p{N}_]{3,}/gu) ?? [];
  return words.map((word) => word.slice(0, MAX_WORD));
}
