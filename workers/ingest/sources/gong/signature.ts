// Verifies Gong's signed JWT header: RS256, with the hash of the body and the URL that was called among its claims.
// Rule: the algorithm is ours to choose and not the token's, and a token without an end is none. Gong publishes the
// claims within its sample code only: help.gong.io, "Prepare your receiving application to receive a webhook - JWT
// header".
import type { JWTPayload } from "jose";
import { JWSSignatureVerificationFailed, JWTExpired } from "jose/errors";
import { jwtVerify } from "jose/jwt/verify";
import { toHex } from "#runtime/digest.ts";
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";
import { publicUri } from "../../signing/public-uri.ts";
import type { HookRequest, Verification } from "../source.ts";
import { publicKeysOf } from "./public-keys.ts";

/** How far Gong's clock and ours may differ when a token ends. */
const CLOCK_TOLERANCE_SECONDS = 60;

type Token = { kind: "read"; claims: JWTPayload } | { kind: "another_key" | "expired" | "unreadable" };

/** `publicUrl` is what the rule's destination URL starts with, up to and without `/hooks/gong`. */
export async function verifySignature(
  request: HookRequest,
  publicKeys: string,
  publicUrl: string,
  nowMs: number,
): Promise<Verification> {
  const uri = publicUri(publicUrl, request.url);
  if (uri === null) return { kind: "not_configured", reason: `PUBLIC_URL is not a URL; see ${CONFIGURATION_PAGE}` };
  const keys = await publicKeysOf(publicKeys);
  if (!keys.ok) {
    const reason = `key ${keys.position} in GONG_PUBLIC_KEYS is not an RSA public key; see ${CONFIGURATION_PAGE}`;
    return { kind: "not_configured", reason };
  }
  const jwt = request.headers.get("authorization")?.replace(/^bearer +/i, "") ?? "";
  if (jwt === "") {
    const reason = "no Authorization header; let the rule authenticate with a signed JWT header";
    return { kind: "refused", code: "missing_signature", reason };
  }
  const token = await readToken(jwt, keys.keys, nowMs);
  if (token.kind === "expired") {
    return { kind: "refused", code: "stale", reason: "the token in Authorization has expired" };
  }
  if (token.kind !== "read") {
    const reason =
      token.kind === "another_key"
        ? "no key in GONG_PUBLIC_KEYS verifies the token; add the public key that the rule shows"
        : "the token in Authorization is not a JWT signed with RS256 that has exp, body_sha256 and webhook_url";
    return { kind: "refused", code: "bad_signature", reason };
  }
  return checkClaims(token.claims, uri, request.body);
}

async function readToken(jwt: string, keys: readonly CryptoKey[], nowMs: number): Promise<Token> {
  for (const key of keys) {
    const token = await readWith(jwt, key, nowMs);
    if (token.kind !== "another_key") return token;
  }
  return { kind: "another_key" };
}

async function readWith(jwt: string, key: CryptoKey, nowMs: number): Promise<Token> {
  try {
    const { payload } = await jwtVerify(jwt, key, {
      algorithms: ["RS256"],
      requiredClaims: ["exp", "body_sha256", "webhook_url"],
      currentDate: new Date(nowMs),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    return { kind: "read", claims: payload };
  } catch (error) {
    if (error instanceof JWSSignatureVerificationFailed) return { kind: "another_key" };
    return { kind: error instanceof JWTExpired ? "expired" : "unreadable" };
  }
}

/**
 * The claimed URL counts with the request's query or without one: nothing here reads the query, and it is not known
 * whether Gong signs it. A claim with another query is another URL.
 */
async function checkClaims(claims: JWTPayload, uri: string, body: Uint8Array): Promise<Verification> {
  if (claims.webhook_url !== uri && claims.webhook_url !== uri.replace(/\?.*$/, "")) {
    const reason = "the token is for another URL; compare PUBLIC_URL with the rule's destination URL";
    return { kind: "refused", code: "bad_signature", reason };
  }
  const bodyHash = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", body)));
  if (claims.body_sha256 === bodyHash) return { kind: "ok" };
  return { kind: "refused", code: "bad_signature", reason: "the token is for another body" };
}
