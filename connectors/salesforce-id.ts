// Salesforce's ids. Rule: the 15 characters that people see and the 18 that the API sends are one id, and it is kept in
// its 18: only then do two routes that tell of one record mean one record.

/** Digit by digit of each suffix character: which of five id characters are capital letters. */
const SUFFIXES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/**
 * The 18 characters of an id given as 15 or 18, or null when it is none; an 18 whose suffix does not fit its 15 was
 * mistyped or changed case. The suffix: https://help.salesforce.com/s/articleView?id=000385008
 */
export function salesforceId(text: string): string | null {
  if (!/^[0-9A-Za-z]{15}(?:[0-9A-Z]{3})?$/.test(text)) return null;
  const suffix = [0, 5, 10].map((start) => SUFFIXES[capitalsIn(text.slice(start, start + 5))]).join("");
  const id = text.slice(0, 15) + suffix;
  return text.length === 15 || text === id ? id : null;
}

/** One bit for each capital letter, the first character's is the lowest. */
function capitalsIn(characters: string): number {
  return [...characters].reduce((bits, character, at) => (/[A-Z]/.test(character) ? bits | (1 << at) : bits), 0);
}
