// A webhook of ours, signed as Standard Webhooks says (https://www.standardwebhooks.com). Rule: `webhook-id` is the
// same in every repeat, so a receiver that keeps to the specification takes an event once.
import { Webhook } from "standardwebhooks";
import { type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";

/** `secret` is `whsec_…`. */
export type WebhookReceiver = { url: string; secret: string };

export type WebhookEvent = {
  id: string;
  type: string;
  /** When what it tells of happened, ISO 8601. */
  timestamp: string;
  data: Readonly<Record<string, unknown>>;
};

/** Whether a secret can sign: base64 behind `whsec_`, at least 24 bytes as the specification asks. */
export function isWebhookSecret(secret: string): boolean {
  return /^whsec_(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2,3}={0,2})?$/.test(secret);
}

/** Any 2xx is success; the body of the answer does not matter. */
export async function sendWebhook(
  { url, secret }: WebhookReceiver,
  { id, ...event }: WebhookEvent,
  correlationId: string,
  ports: HttpPorts,
): Promise<CallResult<null>> {
  const body = JSON.stringify(event);
  const at = new Date(ports.now());
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
  const result = await callJson({ method: "POST", url, headers, body, correlationId }, ports);
  if (result.ok) return { ...result, value: null };
  // A 2xx with a body that is not JSON was taken all the same.
  return result.failure.kind === "malformed" ? { ok: true, value: null, status: 200, headers: new Headers() } : result;
}
