// Digests and the ids derived from them. Rule: an id derives from what the source or the contract calls identity,
// never from time of arrival, so that a redelivery is the same thing again.
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
const encoder = new TextEncoder();

export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

export async function sha256Hex(text: string): Promise<string> {
  return toHex(await sha256(text));
}

/**
 * `prefix_` + 26 lower-case base32 characters: the first 130 bits of SHA-256 over the parts.
 * Parts are joined as JSON, so that ["a|b","c"] and ["a","b|c"] differ.
 */
export async function deriveId(prefix: string, parts: readonly (string | null)[]): Promise<string> {
  return `${prefix}_${base32(await sha256(JSON.stringify(parts)), 26)}`;
}

/** 26 lower-case base32 characters: the first 130 bits of SHA-256 over the bytes. */
export async function digestName(bytes: Uint8Array): Promise<string> {
  return base32(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), 26);
}

/** The id of a signal, as `deriveId` makes it, and a W3C trace-id (32 hex digits) from the rest of the same digest. */
export async function deriveIdentity(
  parts: readonly (string | null)[],
): Promise<{ signal_id: string; correlation_id: string }> {
  const digest = await sha256(JSON.stringify(parts));
  return { signal_id: `sig_${base32(digest, 26)}`, correlation_id: toHex(digest.subarray(16)) };
}

function base32(bytes: Uint8Array, length: number): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5 && text.length < length) {
      bits -= 5;
      text += BASE32[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return text;
}
