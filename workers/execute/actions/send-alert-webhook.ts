// send_alert to a webhook of the team's own, signed as Standard Webhooks says. The id of the event is the action's key
// in every attempt, and a receiver takes an id once, so a repeat after an attempt of unknown end is safe.
import { isWebhookSecret, sendWebhook } from "#connectors/webhook.ts";
import { SendAlert } from "#contract/action.ts";
import { actionAdapter } from "./action-adapter.ts";
import { callFailed } from "./call-failure.ts";
import { neededSettings } from "./needed-settings.ts";

const SECRET = "ALERT_WEBHOOK_SECRET";

export const sendAlertWebhook = actionAdapter(SendAlert, "webhook", async (params, attempt, ports) => {
  const needed = neededSettings(ports.settings, ["ALERT_WEBHOOK_URL", SECRET]);
  if (!needed.ok) return needed.outcome;
  const { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret } = needed.values;
  if (!URL.canParse(url)) return { kind: "credentials", reason: "ALERT_WEBHOOK_URL is not a web address" };
  if (!isWebhookSecret(secret)) {
    return { kind: "credentials", reason: `${SECRET} has to be whsec_ and at least 24 bytes in base64` };
  }
  const event = {
    id: attempt.idempotencyKey,
    type: "alert.sent",
    timestamp: new Date(attempt.releasedAtMs).toISOString(),
    data: { action_id: attempt.actionId, ...params },
  };
  const sent = await sendWebhook({ url, secret }, event, attempt.correlationId, ports);
  if (!sent.ok) return callFailed(sent.failure, "effect", SECRET);
  const effect = {
    external_id: attempt.idempotencyKey,
    url: null,
    summary: `delivered to ${new URL(url).host}`,
    at: new Date(ports.now()).toISOString(),
    undo: null,
  };
  return { kind: "executed", effect };
});
