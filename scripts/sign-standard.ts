// Signs a webhook by Standard Webhooks (v1, symmetric). Rule: a retry keeps the id, because the id is the event.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import { createHmac } from "node:crypto";

export type StandardRequest = {
  /** `whsec_` and base64; the prefix may be missing. */
  secret: string;
  id: string;
  body: string;
  /** Seconds since 1970; a receiver refuses what is older than five minutes. */
  timestamp: number;
};

/** The three headers of a delivery, signed with base64 HMAC-SHA-256 over id, timestamp and body. */
export function signStandard({ secret, id, body, timestamp }: StandardRequest): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": `v1,${signature}` };
}
