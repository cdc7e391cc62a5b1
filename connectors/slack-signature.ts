// Verifies Slack's signatures of version v0: hex HMAC-SHA-256 over `v0:<timestamp>:<body>`. Rule: the timestamp is
// digits only, and it is part of what is signed, so an old request can't be made young.
// Source: docs.slack.dev/authentication/verifying-requests-from-slack

export type SlackVerification =
  | { ok: true }
  | { ok: false; code: "missing_signature" | "stale" | "bad_signature"; reason: string };

/** Both ways: the sender's clock may be ahead of ours. */
const TOLERANCE_MS = 5 * 60_000;
const encoder = new TextEncoder();

/** `secret` is the app's Signing Secret, used as text; `body` the bytes exactly as they came. */
export async function verifySlackSignature(
  { headers, body }: { headers: Headers; body: Uint8Array },
  secret: string,
  nowMs: number,
): Promise<SlackVerification> {
  const signature = headers.get("x-slack-signature");
  const timestamp = headers.get("x-slack-request-timestamp");
  if (signature === null || timestamp === null) {
    const reason = "expected the headers X-Slack-Signature and X-Slack-Request-Timestamp";
    return { ok: false, code: "missing_signature", reason };
  }
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs - Number(timestamp) * 1000) > TOLERANCE_MS) {
    const reason = "X-Slack-Request-Timestamp is not within 5 minutes of this clock, in seconds since 1970";
    return { ok: false, code: "stale", reason };
  }
  const digits = /^v0=([0-9a-f]{64})$/i.exec(signature)?.[1];
  if (digits !== undefined && (await isSigned(fromHex(digits), `v0:${timestamp}:`, body, secret))) return { ok: true };
  const reason = "the signature does not match; compare SLACK_SIGNING_SECRET with the app's Signing Secret";
  return { ok: false, code: "bad_signature", reason };
}

/** Web Crypto compares in constant time. */
async function isSigned(signature: Uint8Array, prefix: string, body: Uint8Array, secret: string): Promise<boolean> {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), hmac, false, ["verify"]);
  const head = encoder.encode(prefix);
  const signed = new Uint8Array(head.byteLength + body.byteLength);
  signed.set(head);
  signed.set(body, head.byteLength);
  return crypto.subtle.verify("HMAC", key, signature, signed);
}

function fromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
