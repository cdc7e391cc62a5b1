// Verifies HubSpot's signatures, versions 3, 2 and 1 (HubSpot, "Validating requests"). Rule: version 3 counts whenever
// its own header is there, whatever the version header says, because live deliveries carry it beside version 1.
// Versions 1 and 2 sign no time, so an old request can be sent again; it is the same signals again, which is harmless.
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";
import { concatBytes, equalBytes, fromBase64, fromHex } from "../../signing/bytes.ts";
import { hmacSha256 } from "../../signing/hmac.ts";
import { publicUri } from "../../signing/public-uri.ts";
import { type HookRequest, SIGNATURE_TOLERANCE_MS, type Verification } from "../source.ts";
import { decodeSignedUri } from "./signed-uri.ts";

/** `publicUrl` is what the app's target URL starts with, up to and without `/hooks/hubspot`. */
export async function verifySignature(
  request: HookRequest,
  clientSecret: string,
  publicUrl: string,
  nowMs: number,
): Promise<Verification> {
  const uri = publicUri(publicUrl, request.url);
  if (uri === null) return { kind: "not_configured", reason: `PUBLIC_URL is not a URL; see ${CONFIGURATION_PAGE}` };
  const v3 = request.headers.get("x-hubspot-signature-v3");
  if (v3 !== null) return verifyV3(request, v3, clientSecret, decodeSignedUri(uri), nowMs);

  const signature = request.headers.get("x-hubspot-signature");
  const version = request.headers.get("x-hubspot-signature-version")?.toLowerCase();
  if (signature !== null && version === "v2") {
    return verifyDigest(signature, concatBytes(clientSecret, request.method, uri, request.body));
  }
  if (signature !== null && version === "v1") return verifyDigest(signature, concatBytes(clientSecret, request.body));
  const reason = "no X-HubSpot-Signature-v3 header, and no X-HubSpot-Signature of version v1 or v2";
  return { kind: "refused", code: "missing_signature", reason };
}

async function verifyV3(
  request: HookRequest,
  signature: string,
  secret: string,
  uri: string,
  nowMs: number,
): Promise<Verification> {
  const timestamp = request.headers.get("x-hubspot-request-timestamp");
  if (timestamp === null) {
    return { kind: "refused", code: "missing_signature", reason: "no X-HubSpot-Request-Timestamp header" };
  }
  // Digits only: Number("NaN") and Number("") must not slip past the comparison below.
  if (!/^\d{1,15}$/.test(timestamp) || Math.abs(nowMs - Number(timestamp)) > SIGNATURE_TOLERANCE_MS) {
    const reason = "X-HubSpot-Request-Timestamp is not within 5 minutes of this clock, in milliseconds since 1970";
    return { kind: "refused", code: "stale", reason };
  }
  const message = concatBytes(request.method, uri, request.body, timestamp);
  const expected = await hmacSha256(secret, concatBytes(secret), message);
  return answer(fromBase64(signature), expected);
}

/** `signed` starts with the secret: versions 1 and 2 are plain digests. */
async function verifyDigest(signature: string, signed: Uint8Array): Promise<Verification> {
  return answer(fromHex(signature), new Uint8Array(await crypto.subtle.digest("SHA-256", signed)));
}

function answer(given: Uint8Array | null, expected: Uint8Array): Verification {
  if (given !== null && equalBytes(given, expected)) return { kind: "ok" };
  const reason =
    "the signature does not match; compare HUBSPOT_CLIENT_SECRET with the app's secret and PUBLIC_URL with its target URL";
  return { kind: "refused", code: "bad_signature", reason };
}
