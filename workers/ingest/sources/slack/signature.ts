// Verifies Slack's signatures of version v0: hex HMAC-SHA-256 over `v0:<timestamp>:<body>`. Rule: the timestamp is
// digits only, and it is part of what is signed, so an old request can't be made young.
// Source: docs.slack.dev/authentication/verifying-requests-from-slack
import { concatBytes, equalBytes, fromHex } from "../../signing/bytes.ts";
import { hmacSha256 } from "../../signing/hmac.ts";
import { type HookRequest, SIGNATURE_TOLERANCE_MS, type Verification } from "../source.ts";

/** `secret` is the app's Signing Secret, used as text. */
export async function verifySignature(request: HookRequest, secret: string, nowMs: number): Promise<Verification> {
  const signature = request.headers.get("x-slack-signature");
  const timestamp = request.headers.get("x-slack-request-timestamp");
  if (signature === null || timestamp === null) {
    const reason = "expected the headers X-Slack-Signature and X-Slack-Request-Timestamp";
    return { kind: "refused", code: "missing_signature", reason };
  }
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs - Number(timestamp) * 1000) > SIGNATURE_TOLERANCE_MS) {
    const reason = "X-Slack-Request-Timestamp is not within 5 minutes of this clock, in seconds since 1970";
    return { kind: "refused", code: "stale", reason };
  }
  const given = signature.startsWith("v0=") ? fromHex(signature.slice("v0=".length)) : null;
  const expected = await hmacSha256(secret, concatBytes(secret), concatBytes(`v0:${timestamp}:`, request.body));
  if (given !== null && equalBytes(given, expected)) return { kind: "ok" };
  const reason = "the signature does not match; compare SLACK_SIGNING_SECRET with the app's Signing Secret";
  return { kind: "refused", code: "bad_signature", reason };
}
