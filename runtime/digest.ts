// Digests and the ids derived from them. Rule: an id derives from what the source or the contract calls identity,
// never from time of arrival, so that a redelivery is the same thing again.
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
const encoder = new TextEncoder();

export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
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

/** A W3C trace-id (32 hex digits) from the same parts that name the thing traced. */
export async function deriveTraceId(parts: readonly (string | null)[]): Promise<string> {
  return toHex((await sha256(`trace:${JSON.stringify(parts)}`)).subarray(0, 16));
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
