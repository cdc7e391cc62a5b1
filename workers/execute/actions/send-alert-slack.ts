// send_alert on Slack: one message in a channel, with the action's id in its metadata. Slack takes no idempotency key,
// so after an attempt of unknown end the channel's history is searched for that id before anything is posted.
import { createSlack, type PostedMessage } from "#connectors/slack.ts";
import { SendAlert } from "#contract/action.ts";
import { setting } from "#runtime/setting.ts";
import { actionAdapter } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { callFailed } from "./call-failure.ts";
import { alertBlocks, escapeMrkdwn } from "./slack-text.ts";

const SECRET = "SLACK_BOT_TOKEN";
/** Slack stamps messages with its own clock, which may be behind ours. */
const CLOCK_SKEW_MS = 60_000;

export const sendAlertSlack = actionAdapter(SendAlert, "slack", async (params, attempt, ports) => {
  const token = setting(SECRET, ports.settings[SECRET]);
  if (!token.ok) return { kind: "credentials", reason: token.reason };
  const target = setting("SLACK_ALERT_CHANNEL", params.channel ?? ports.settings.SLACK_ALERT_CHANNEL);
  if (!target.ok) return { kind: "credentials", reason: `the alert names no channel and ${target.reason}` };
  const channel = target.value;
  const slack = createSlack({ apiUrl: ports.settings.SLACK_API_URL, botToken: token.value }, ports);

  if (attempt.maybeDone) {
    const search = {
      channel,
      key: "action_id",
      value: attempt.actionId,
      oldestMs: attempt.releasedAtMs - CLOCK_SKEW_MS,
    };
    const found = await slack.findByMetadata(search, attempt.correlationId);
    if (!found.ok) return callFailed(found.failure, "lookup", SECRET);
    if (found.value !== null) return executed(found.value, ports.now());
  }

  const message = {
    channel,
    text: escapeMrkdwn(params.text),
    blocks: alertBlocks(params.text, params.url),
    metadata: { event_type: "dealwire_action", event_payload: { action_id: attempt.actionId } },
  };
  const posted = await slack.postMessage(message, attempt.correlationId);
  return posted.ok ? executed(posted.value, ports.now()) : callFailed(posted.failure, "effect", SECRET);
});

function executed({ channel, ts }: PostedMessage, nowMs: number): ActionOutcome {
  const effect = {
    external_id: `${channel}/${ts}`,
    url: `https://slack.com/app_redirect?channel=${encodeURIComponent(channel)}`,
    summary: `posted to Slack channel ${channel}`,
    at: new Date(nowMs).toISOString(),
    undo: null,
  };
  return { kind: "executed", effect };
}
