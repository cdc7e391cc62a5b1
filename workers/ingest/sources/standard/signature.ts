// Verifies Standard Webhooks signatures of version v1 with Web Crypto. (The reference library reads the clock itself and
// hashes in JavaScript; the tests hold this against it.) Rule: one HMAC per secret, whatever the number of signatures,
// so that a header full of signatures costs nothing.
// Spec: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";
import { concatBytes, equalBytes, fromBase64 } from "../../signing/bytes.ts";
import { hmacSha256 } from "../../signing/hmac.ts";
import { type HookRequest, SIGNATURE_TOLERANCE_MS, type Verification } from "../source.ts";

/** The three headers of a delivery, as sent. `timestamp` is in seconds. */
export type Delivery = { id: string; timestamp: string; signature: string };

/** Svix, where the standard comes from, keeps its own names. */
const FAMILIES = ["webhook", "svix"];

/**
 * The headers of the first family that is complete, or null. `normalize` asks here too, so that the id it takes is the
 * one that was signed. An id has no dot (it would blur where the signed parts meet) and fits a reference.
 */
export function deliveryOf(headers: Headers): Delivery | null {
  for (const family of FAMILIES) {
    const id = headers.get(`${family}-id`);
    const timestamp = headers.get(`${family}-timestamp`);
    const signature = headers.get(`${family}-signature`);
    if (id !== null && timestamp !== null && signature !== null && /^[^\s.]{1,200}$/.test(id)) {
      return { id, timestamp, signature };
    }
  }
  return null;
}

/** `secrets` are base64, each with or without `whsec_`, separated by spaces or commas; any of them may have signed. */
export async function verifySignature(request: HookRequest, secrets: string, nowMs: number): Promise<Verification> {
  const delivery = deliveryOf(request.headers);
  if (delivery === null) {
    const reason = "expected the headers webhook-id (without dots), webhook-timestamp and webhook-signature";
    return { kind: "refused", code: "missing_signature", reason };
  }
  const { id, timestamp, signature } = delivery;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs - Number(timestamp) * 1000) > SIGNATURE_TOLERANCE_MS) {
    const reason = "webhook-timestamp is not within 5 minutes of this clock, in seconds since 1970";
    return { kind: "refused", code: "stale", reason };
  }
  const given = signaturesOf(signature);
  const message = concatBytes(`${id}.${timestamp}.`, request.body);
  for (const [index, secret] of secretsOf(secrets).entries()) {
    const key = fromBase64(secret.replace(/^whsec_/, ""));
    if (key === null || key.byteLength === 0) {
      const reason = `secret ${index + 1} in STANDARD_WEBHOOKS_SECRETS is not base64; see ${CONFIGURATION_PAGE}`;
      return { kind: "not_configured", reason };
    }
    const expected = await hmacSha256(secret, key, message);
    if (given.some((candidate) => equalBytes(candidate, expected))) return { kind: "ok" };
  }
  const reason = "no v1 signature matches; compare the sender's secret with STANDARD_WEBHOOKS_SECRETS";
  return { kind: "refused", code: "bad_signature", reason };
}

/** `v1,<base64> v1,<base64> v1a,<base64>`: several during a rotation; versions other than v1 are skipped. */
function signaturesOf(header: string): Uint8Array[] {
  return header.split(" ").flatMap((versioned) => {
    const bytes = versioned.startsWith("v1,") ? fromBase64(versioned.slice("v1,".length)) : null;
    return bytes === null ? [] : [bytes];
  });
}

function secretsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((secret) => secret !== "");
}
