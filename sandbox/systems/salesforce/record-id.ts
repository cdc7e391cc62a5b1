// Salesforce's ids as the stand-in hands them out and takes them: 15 characters, or 18 with a checksum of their capitals.
// Rule: everything is kept under the 18; a 15 is taken wherever an 18 is, and a wrong checksum is no id.
// Source: https://help.salesforce.com/s/articleView?id=000385008

const SUFFIXES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
/** Instance and reserved characters of the ids that this org makes. */
const POD = "5g0000";

/** The 18 characters of an id given as 15 or 18, or null when it is none. */
export function id18(text: string): string | null {
  if (!/^[0-9A-Za-z]{15}([0-9A-Za-z]{3})?$/.test(text)) return null;
  const id = text.slice(0, 15) + suffix(text);
  return text.length === 15 || text.toLowerCase() === id.toLowerCase() ? id : null;
}

/** The `n`th id of the object whose key prefix is given (`006` for opportunities). */
export function nthId(prefix: string, n: number): string {
  const short = `${prefix}${POD}${n.toString(36).toUpperCase().padStart(6, "0")}`;
  return short + suffix(short);
}

function suffix(id: string): string {
  return [0, 5, 10].map((start) => SUFFIXES[bits(id.slice(start, start + 5))]).join("");
}

function bits(characters: string): number {
  return [...characters].reduce((sum, character, at) => (/[A-Z]/.test(character) ? sum | (1 << at) : sum), 0);
}
