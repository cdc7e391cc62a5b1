// send_alert on Slack: one message in a channel, in the owner's direct messages or in the thread of its deal, with the
// action's id in its metadata. Slack takes no idempotency key, so after an attempt of unknown end the channel and the
// thread are searched for that id before anything is posted.

import * as z from "zod";
import { createSlack, type PostedMessage, type Slack } from "#connectors/slack.ts";
import { escapeMrkdwn } from "#connectors/slack-mrkdwn.ts";
import { SendAlert } from "#contract/action.ts";
import type { Effect } from "#contract/action-state.ts";
import { undoTerms } from "#contract/undo.ts";
import { setting } from "#runtime/setting.ts";
import { type ActionPorts, type Attempt, actionAdapter } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { callFailed } from "./call-failure.ts";
import { type CompensationOutcome, takingBackFailed } from "./compensation-outcome.ts";
import { neededSettings } from "./needed-settings.ts";
import { findThread, OWNER_CHANNEL, ownerChannel } from "./slack-place.ts";
import { alertBlocks, traceBlock, withdrawnBlocks } from "./slack-text.ts";

type Params = z.infer<typeof SendAlert>["params"];

const SECRET = "SLACK_BOT_TOKEN";
/** Slack stamps messages with its own clock, which may be behind ours. */
const CLOCK_SKEW_MS = 60_000;

export const sendAlertSlack = actionAdapter(SendAlert, "slack", perform, withdraw);

async function perform(params: Params, attempt: Attempt, ports: ActionPorts): Promise<ActionOutcome> {
  const connected = connect(ports);
  if (!connected.ok) return connected.outcome;
  const { slack } = connected;
  const purpose = attempt.maybeDone ? "lookup" : "preparation";

  const target = setting("SLACK_ALERT_CHANNEL", params.channel ?? ports.settings.SLACK_ALERT_CHANNEL);
  if (!target.ok) return { kind: "credentials", reason: `the alert names no channel and ${target.reason}` };
  let channel = target.value;
  if (channel === OWNER_CHANNEL) {
    if (params.to_email === null) return { kind: "rejected", reason: "an alert to its owner needs to_email" };
    const opened = await ownerChannel(slack, params.to_email, attempt.correlationId);
    if (!opened.ok) return callFailed(opened.failure, purpose, SECRET);
    channel = opened.value;
  }

  const { thread_key: threadKey } = params;
  const thread = threadKey === null ? null : await findThread(slack, channel, threadKey, ports.now(), attempt);
  if (thread !== null && !thread.ok) return callFailed(thread.failure, purpose, SECRET);
  const threadTs = thread?.value ?? null;

  if (attempt.maybeDone) {
    const found = await findPosted(slack, channel, threadTs, attempt);
    if (!found.ok) return callFailed(found.failure, "lookup", SECRET);
    if (found.value !== null) return executed(found.value, ports.now());
  }

  const payload = { action_id: attempt.actionId, ...(threadKey === null ? {} : { thread_key: threadKey }) };
  const message = {
    channel,
    text: escapeMrkdwn(params.text),
    blocks: [
      ...alertBlocks(params.text, params.url),
      traceBlock(attempt.correlationId, ports.settings.PUBLIC_URL.replace(/\/+$/, "")),
    ],
    metadata: { event_type: "dealwire_action", event_payload: payload },
    ...(threadTs === null ? {} : { thread_ts: threadTs }),
  };
  const posted = await slack.postMessage(message, attempt.correlationId);
  return posted.ok ? executed(posted.value, ports.now()) : callFailed(posted.failure, "effect", SECRET);
}

const Undo = z.object({ channel: z.string(), ts: z.string() });

/** Marked and not deleted: whoever read it learns that it no longer holds, and a thread keeps its root. */
async function withdraw(
  params: Params,
  effect: Effect,
  attempt: Attempt,
  ports: ActionPorts,
): Promise<CompensationOutcome> {
  const connected = connect(ports);
  if (!connected.ok) return connected.outcome;
  const message = Undo.safeParse(effect.undo);
  if (!message.success) return { kind: "malformed", reason: "the effect does not say which message it posted" };
  const { channel } = message.data;
  const withdrawn = { text: `Withdrawn: ${escapeMrkdwn(params.text)}`, blocks: withdrawnBlocks(params.text) };
  const updated = await connected.slack.updateMessage({ ...message.data, ...withdrawn }, attempt.correlationId);
  if (updated.ok)
    return { kind: "compensated", summary: `the message in Slack channel ${channel} is marked as withdrawn` };
  if (updated.failure.kind === "not_found") {
    return { kind: "compensated", summary: `the message is gone from Slack channel ${channel}` };
  }
  const { by_hand } = undoTerms({ type: "send_alert", target: "slack", params });
  const remains = `${by_hand} It is in channel ${channel}${effect.url === null ? "" : `, ${effect.url}`}.`;
  return takingBackFailed(updated.failure, remains, SECRET);
}

type Connected = { ok: true; slack: Slack } | { ok: false; outcome: Extract<ActionOutcome, { kind: "credentials" }> };

function connect(ports: ActionPorts): Connected {
  const needed = neededSettings(ports.settings, ["SLACK_API_URL", SECRET]);
  if (!needed.ok) return needed;
  const settings = { apiUrl: needed.values.SLACK_API_URL, botToken: needed.values[SECRET] };
  return { ok: true, slack: createSlack(settings, ports) };
}

/** In the channel itself first: a message that opened its thread is there. */
async function findPosted(slack: Slack, channel: string, threadTs: string | null, attempt: Attempt) {
  const { actionId, correlationId, releasedAtMs } = attempt;
  const search = { channel, key: "action_id", value: actionId, oldestMs: releasedAtMs - CLOCK_SKEW_MS };
  const found = await slack.findByMetadata(search, correlationId);
  if (!found.ok || found.value !== null || threadTs === null) return found;
  return slack.findByMetadata({ ...search, threadTs }, correlationId);
}

function executed({ channel, ts }: PostedMessage, nowMs: number): ActionOutcome {
  const effect = {
    external_id: `${channel}/${ts}`,
    url: `https://slack.com/app_redirect?channel=${encodeURIComponent(channel)}`,
    summary: `posted to Slack channel ${channel}`,
    at: new Date(nowMs).toISOString(),
    undo: { channel, ts },
  };
  return { kind: "executed", effect };
}
