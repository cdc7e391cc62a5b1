// Text that somebody else may keep and nobody but the maker may read: AES-GCM under a key derived from a secret.
// Rule: with another secret it does not open, so a secret that a person replaced also ends what was sealed with it.

const IV_BYTES = 12;
const encoder = new TextEncoder();

/** base64 of the initialization vector and the ciphertext. */
export async function seal(text: string, secret: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const key = await keyOf(secret, "encrypt");
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, encoder.encode(text)));
  return btoa(String.fromCharCode(...iv, ...sealed));
}

/** The text, or null when it was sealed with another secret or is no sealed text. */
export async function unseal(sealed: string, secret: string): Promise<string | null> {
  try {
    const bytes = Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0));
    const iv = bytes.subarray(0, IV_BYTES);
    const key = await keyOf(secret, "decrypt");
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, bytes.subarray(IV_BYTES));
    return new TextDecoder().decode(text);
  } catch {
    return null;
  }
}

/** The secrets are long and random (tokens), so a plain hash is derivation enough. */
async function keyOf(secret: string, usage: "encrypt" | "decrypt"): Promise<CryptoKey> {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`dealwire sealed\n${secret}`));
  return crypto.subtle.importKey("raw", digest, "AES-GCM", false, [usage]);
}
