// Standard Webhooks (https://www.standardwebhooks.com): any system that signs this way can send signals, Svix and
// Resend among them, and one that fills in our optional fields speaks our language (see standard/message.ts).
// Rule: `webhook-id` is the identity of the event; the sender keeps it over its retries.
import { bodyErrors, parseJson } from "./json.ts";
import type { Normalized, Source } from "./source.ts";
import { draftOf } from "./standard/draft.ts";
import { Message } from "./standard/message.ts";
import { deliveryOf, verifySignature } from "./standard/signature.ts";

export const standard: Source<"STANDARD_WEBHOOKS_SECRETS"> = {
  name: "standard",
  lane: "signals",
  settings: ["STANDARD_WEBHOOKS_SECRETS"],
  verify: (request, settings, nowMs) => verifySignature(request, settings.STANDARD_WEBHOOKS_SECRETS, nowMs),
  normalize(body, { headers, receivedAt }): Normalized {
    const delivery = deliveryOf(headers);
    if (delivery === null) return { ok: false, errors: [{ pointer: "", detail: "no webhook-id header" }] };
    const parsed = parseJson(body);
    if (!parsed.ok) return { ok: false, errors: [{ pointer: "", detail: parsed.detail }] };
    const message = Message.safeParse(parsed.value);
    if (!message.success) return { ok: false, errors: bodyErrors(message.error) };
    const { type, timestamp, data } = message.data;
    const draft = draftOf({
      type,
      data: data ?? {},
      firedAt: typeof timestamp === "number" ? new Date(timestamp).toISOString() : receivedAt,
      identity: [delivery.id],
      itself: `standard:${delivery.id}`,
    });
    return { ok: true, readings: [{ kind: "signal", draft, pointer: "", raw: parsed.value }] };
  },
};
