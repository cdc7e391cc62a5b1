// HMAC-SHA-256 with Web Crypto. Rule: the imported key is kept per isolate, because importing one costs more than
// using it; the key itself is kept and never a promise, which must not outlive the request that made it.

const keys = new Map<string, CryptoKey>();
const ALGORITHM = { name: "HMAC", hash: "SHA-256" };

/** The 32 bytes of HMAC-SHA-256 over `message`. `secret` names the key in the cache; `raw` are its bytes. */
export async function hmacSha256(secret: string, raw: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  let key = keys.get(secret);
  if (key === undefined) {
    key = await crypto.subtle.importKey("raw", raw, ALGORITHM, false, ["sign"]);
    keys.set(secret, key);
  }
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}
