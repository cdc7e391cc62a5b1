// HMAC with Web Crypto. Rule: the imported key is kept per isolate, because importing one costs more than using it; the
// key itself is kept and never a promise, which must not outlive the request that made it.

/** SHA-1 is for senders that know nothing newer; what broke it, collisions, does not break its HMAC. */
export type HmacHash = "SHA-1" | "SHA-256";

const keys = new Map<string, CryptoKey>();

/** The bytes of the HMAC over `message`: 20 or 32. `secret` names the key in the cache; `raw` are its bytes. */
export async function hmac(hash: HmacHash, secret: string, raw: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  const name = `${hash} ${secret}`;
  let key = keys.get(name);
  if (key === undefined) {
    key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash }, false, ["sign"]);
    keys.set(name, key);
  }
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}

/** The 32 bytes of HMAC-SHA-256; see `hmac`. */
export function hmacSha256(secret: string, raw: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  return hmac("SHA-256", secret, raw, message);
}
