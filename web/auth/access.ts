// Proves the identity that Cloudflare Access put on a request. Rule: the token is verified here, with issuer, audience
// and algorithm pinned; that Access stands in front of the host is never assumed.
// Source: https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/
import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import * as z from "zod";
import { setting } from "#runtime/setting.ts";
import type { Proof } from "./auth-result.ts";

export const ACCESS_HEADER = "cf-access-jwt-assertion";

export type AccessSettings = { ACCESS_TEAM_DOMAIN: string; ACCESS_AUD: string };
export type AccessPorts = { keysOf(issuer: string): JWTVerifyGetKey; now(): number };

const Email = z.email().max(320);

/** `team.cloudflareaccess.com` and `https://team.cloudflareaccess.com/` name the same issuer. */
function issuerOf(teamDomain: string): string {
  return `https://${teamDomain.replace(/^https?:\/\//, "").replace(/\/+$/, "")}`;
}

/** Who the Access token (null when there is none) belongs to. Service tokens name no person and are refused. */
export async function authenticateAccess(
  token: string | null,
  settings: AccessSettings,
  ports: AccessPorts,
): Promise<Proof> {
  const team = setting("ACCESS_TEAM_DOMAIN", settings.ACCESS_TEAM_DOMAIN);
  if (!team.ok) return { ok: false, code: "not_configured", reason: team.reason };
  const audience = setting("ACCESS_AUD", settings.ACCESS_AUD);
  if (!audience.ok) return { ok: false, code: "not_configured", reason: audience.reason };
  if (token === null) {
    const reason = "This request did not come through Cloudflare Access. Open the address that Access protects.";
    return { ok: false, code: "unproven", reason };
  }
  const issuer = issuerOf(team.value);
  try {
    const { payload } = await jwtVerify(token, ports.keysOf(issuer), {
      issuer,
      audience: audience.value,
      algorithms: ["RS256"],
      requiredClaims: ["exp"],
      currentDate: new Date(ports.now()),
    });
    const email = Email.safeParse(payload.email);
    if (email.success) return { ok: true, email: email.data.toLowerCase() };
    return { ok: false, code: "unproven", reason: "The Access token names no person (is it a service token?)." };
  } catch (error) {
    if (isBadToken(error)) {
      return { ok: false, code: "unproven", reason: "The Access token is not valid here. Reload to sign in again." };
    }
    return { ok: false, code: "keys_unavailable", reason: `The signing keys of ${issuer} can't be read right now.` };
  }
}

/** A key id that the key set does not have is the token's fault; an unreachable key set is not. */
function isBadToken(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !["ERR_JOSE_GENERIC", "ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID"].includes(error.code)
  );
}
