// Salesforce's ids. Rule: the 15 characters that people see and the 18 that the API sends are one id, and it is kept in
// its 18: only then do two routes that tell of one record mean one reference.

/** Digit by digit of each suffix character: which of five id characters are capital letters. */
const SUFFIXES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/** What the records are that a signal can be about, by the first three characters of their ids (Opportunity is 006). */
const ROLES: Readonly<Record<string, Role>> = { "006": "deal", "003": "contact", "00Q": "contact", "001": "account" };

export type Role = "deal" | "contact" | "account";

/**
 * The 18 characters of an id given as 15 or 18, or null when it is none; an 18 whose suffix does not fit its 15 was
 * mistyped or changed case. The suffix: https://help.salesforce.com/s/articleView?id=000385008
 */
export function recordIdOf(text: string): string | null {
  if (!/^[0-9A-Za-z]{15}(?:[0-9A-Z]{3})?$/.test(text)) return null;
  const id = text.slice(0, 15) + suffixOf(text);
  return text.length === 15 || text === id ? id : null;
}

/** The record's role by its id, or null for every other object. */
export function roleOf(id: string): Role | null {
  return ROLES[id.slice(0, 3)] ?? null;
}

function suffixOf(id: string): string {
  return [0, 5, 10].map((start) => SUFFIXES[capitalsIn(id.slice(start, start + 5))]).join("");
}

/** One bit for each capital letter, the first character's is the lowest. */
function capitalsIn(characters: string): number {
  return [...characters].reduce((bits, character, at) => (/[A-Z]/.test(character) ? bits | (1 << at) : bits), 0);
}
