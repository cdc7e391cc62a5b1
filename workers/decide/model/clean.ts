// Text from outside on its way to the model. Rule: it is data: no control or invisible characters that could hide an
// instruction, nothing that names a person's address or leads anywhere, and no more of it than a prompt needs.

/** Controls, and format characters: zero-width, reordering and tag characters, which people don't see and models read. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
const ADDRESS = /[^\s@<>"'(),;:]+@[^\s@<>"'(),;:]+/g;
const LINK = /\b(?:[a-z][a-z0-9+.-]*:\/\/|www\.)[^\s<>"')]+/gi;
/** Seven digits and more, however they are set: a phone number, an account, a card. */
const LONG_NUMBER = /\+?\d(?:[\s()./-]?\d){6,}/g;

/** One line of at most `maxCharacters`, without e-mail addresses, links and long numbers. */
export function clean(text: string, maxCharacters: number): string {
  const line = text.normalize("NFKC").toWellFormed().replace(INVISIBLE, " ").replace(/\s+/g, " ").trim();
  const masked = line.replace(ADDRESS, "(address)").replace(LINK, "(link)").replace(LONG_NUMBER, "(number)");
  return cut(masked, maxCharacters);
}

/** Line breaks kept; for text that our own template wrote and the model is to reword. */
export function cleanLines(text: string, maxCharacters: number): string {
  const lines = text.normalize("NFKC").toWellFormed().split(/\r?\n/);
  return cut(lines.map((line) => line.replace(INVISIBLE, " ")).join("\n"), maxCharacters);
}

function cut(text: string, maxCharacters: number): string {
  const characters = Array.from(text);
  return characters.length <= maxCharacters ? text : `${characters.slice(0, maxCharacters - 1).join("")}…`;
}
