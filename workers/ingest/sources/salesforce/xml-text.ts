// Text of XML as its characters. Rule: only the five entities that XML itself has and numbered characters; any other
// would need a document type, and there is none.

const NAMED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** `text` with its references replaced, once; null when one of them is none. */
export function unescapeXml(text: string): string | null {
  if (!text.includes("&")) return text;
  let valid = true;
  const plain = text.replace(/&(?:([^;&]{1,10});)?/g, (_reference, name: string | undefined) => {
    const character = characterOf(name ?? "");
    valid &&= character !== null;
    return character ?? "";
  });
  return valid ? plain : null;
}

function characterOf(name: string): string | null {
  const [, decimal, hex] = /^#(?:(\d+)|x([0-9a-fA-F]+))$/.exec(name) ?? [];
  if (decimal === undefined && hex === undefined) return NAMED.get(name) ?? null;
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  return isCharacter(code) ? String.fromCodePoint(code) : null;
}

/** https://www.w3.org/TR/xml/#NT-Char */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
