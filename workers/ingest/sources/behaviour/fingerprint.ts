// A short name for a long or personal text: FNV-1a of 128 bits (http://www.isthe.com/chongo/tech/comp/fnv/). Rule: never where someone must not find a
// second text of the same name; here the worst is that two visitors, who chose it so, are taken for one. (Web Crypto's
// digests are asynchronous, and adapters are not.)
const OFFSET = 0x6c62272e07bb014262b821756295c58dn;
const PRIME = 0x0000000001000000000000000000013bn;
const encoder = new TextEncoder();

/** 32 hex digits. Time grows with the text; cap it before. */
export function fingerprint(text: string): string {
  let hash = OFFSET;
  for (const byte of encoder.encode(text)) hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(32, "0");
}
