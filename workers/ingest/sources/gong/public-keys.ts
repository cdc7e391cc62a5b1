// The public keys that Gong may have signed with. Rule: every key of the setting must be one, because a key that is
// silently skipped looks like a forged call; an imported key is kept per isolate, itself and never as a promise, which
// must not outlive the request that made it.
import { fromBase64 } from "../../signing/bytes.ts";

export type PublicKeys = { ok: true; keys: readonly CryptoKey[] } | { ok: false; position: number };

const imported = new Map<string, CryptoKey>();
const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const PEM = /-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----/g;
/** RFC 7518, section 3.3: RS256 takes no smaller key. */
const MIN_MODULUS_BITS = 2048;

/**
 * The keys in `text`: base64 of SPKI as Gong shows it, or PEM, separated by spaces, commas or newlines (a newline may
 * be written `\n`). `position` counts from 1 and names the first that is no RSA key of 2048 bits or more.
 */
export async function publicKeysOf(text: string): Promise<PublicKeys> {
  const bare = text.replaceAll("\\n", "\n").replace(PEM, (_pem, inner: string) => ` ${inner.replace(/\s+/g, "")} `);
  const keys: CryptoKey[] = [];
  for (const spki of bare.split(/[\s,]+/).filter((part) => part !== "")) {
    const key = imported.get(spki) ?? (await importKey(spki));
    if (key === null) return { ok: false, position: keys.length + 1 };
    imported.set(spki, key);
    keys.push(key);
  }
  return { ok: true, keys };
}

async function importKey(spki: string): Promise<CryptoKey | null> {
  const der = fromBase64(spki);
  if (der === null) return null;
  try {
    const key = await crypto.subtle.importKey("spki", der, ALGORITHM, false, ["verify"]);
    const { algorithm } = key;
    return "modulusLength" in algorithm && algorithm.modulusLength >= MIN_MODULUS_BITS ? key : null;
  } catch {
    return null;
  }
}
