// The public keys of an Access team. Rule: one key set per issuer for the life of the isolate, because it caches what
// it fetched and Access rotates its keys only every six weeks.
import { createRemoteJWKSet, type JWTVerifyGetKey } from "jose";

const keySets = new Map<string, JWTVerifyGetKey>();

/** `issuer` is `https://<team>.cloudflareaccess.com`; nothing is fetched before the first token is checked. */
export function accessKeysOf(issuer: string): JWTVerifyGetKey {
  const known = keySets.get(issuer);
  if (known !== undefined) return known;
  const keys = createRemoteJWKSet(new URL(`${issuer}/cdn-cgi/access/certs`));
  keySets.set(issuer, keys);
  return keys;
}
