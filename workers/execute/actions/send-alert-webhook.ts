// send_alert to a webhook of the team's own, signed as Standard Webhooks says. The id of the event is the action's key
// in every attempt, and a receiver takes an id once, so a repeat after an attempt of unknown end is safe. Taken back, it is
// followed by `alert.withdrawn` under an id of its own.
import { isWebhookSecret, sendWebhook, type WebhookReceiver } from "#connectors/webhook.ts";
import { SendAlert } from "#contract/action.ts";
import { undoTerms } from "#contract/undo.ts";
import { type ActionPorts, actionAdapter } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { callFailed } from "./call-failure.ts";
import { takingBackFailed } from "./compensation-outcome.ts";
import { neededSettings } from "./needed-settings.ts";

const SECRET = "ALERT_WEBHOOK_SECRET";

export const sendAlertWebhook = actionAdapter(
  SendAlert,
  "webhook",
  async (params, attempt, ports) => {
    const found = receiverOf(ports);
    if (!found.ok) return found.outcome;
    const event = {
      id: attempt.idempotencyKey,
      type: "alert.sent",
      timestamp: new Date(attempt.releasedAtMs).toISOString(),
      data: { action_id: attempt.actionId, ...params },
    };
    const sent = await sendWebhook(found.receiver, event, attempt.correlationId, ports);
    if (!sent.ok) return callFailed(sent.failure, "effect", SECRET);
    const effect = {
      external_id: attempt.idempotencyKey,
      url: null,
      summary: `delivered to ${new URL(found.receiver.url).host}`,
      at: new Date(ports.now()).toISOString(),
      undo: null,
    };
    return { kind: "executed", effect };
  },
  async (params, effect, attempt, ports) => {
    const found = receiverOf(ports);
    if (!found.ok) return found.outcome;
    const event = {
      id: `${effect.external_id}_withdrawn`,
      type: "alert.withdrawn",
      timestamp: new Date(ports.now()).toISOString(),
      data: { action_id: attempt.actionId, text: params.text },
    };
    const sent = await sendWebhook(found.receiver, event, attempt.correlationId, ports);
    if (sent.ok)
      return { kind: "compensated", summary: `${new URL(found.receiver.url).host} was told that it is withdrawn` };
    const { by_hand } = undoTerms({ type: "send_alert", target: "webhook", params });
    return takingBackFailed(sent.failure, by_hand, SECRET);
  },
);

type Receiver =
  | { ok: true; receiver: WebhookReceiver }
  | { ok: false; outcome: Extract<ActionOutcome, { kind: "credentials" }> };

function receiverOf({ settings }: ActionPorts): Receiver {
  const needed = neededSettings(settings, ["ALERT_WEBHOOK_URL", SECRET]);
  if (!needed.ok) return needed;
  const { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret } = needed.values;
  if (!URL.canParse(url)) return refused("ALERT_WEBHOOK_URL is not a web address");
  if (!isWebhookSecret(secret)) return refused(`${SECRET} has to be whsec_ and at least 24 bytes in base64`);
  return { ok: true, receiver: { url, secret } };
}

function refused(reason: string): Receiver {
  return { ok: false, outcome: { kind: "credentials", reason } };
}
