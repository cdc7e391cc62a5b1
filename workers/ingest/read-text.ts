// The bytes of a body as text. Rule: bytes that are not UTF-8 are refused, because guessing would change what was signed.

/** Null for bytes that are not UTF-8; a byte order mark is left out. */
export function readText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}
