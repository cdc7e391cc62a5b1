// Slack's Events API: what is said in the channels where deals are worked on. Rules: a channel counts only when an
// operator says which deal it is about; what bots say, ourselves among them, is no signal, or an alert would cause the
// next one. `event_id` is the identity; retries, marked by X-Slack-Retry-Num, keep it.
// Source of the format: docs.slack.dev, "Events API" and "url_verification".
import { verifySlackSignature } from "#connectors/slack-signature.ts";
import { parseJson } from "./json.ts";
import { dealChannelsOf } from "./slack/deal-channels.ts";
import { challengeOf, readEvent } from "./slack/event.ts";
import type { Source } from "./source.ts";

export const slack: Source<"SLACK_SIGNING_SECRET" | "SLACK_DEAL_CHANNELS"> = {
  name: "slack",
  lane: "signals",
  settings: ["SLACK_SIGNING_SECRET"],
  options: ["SLACK_DEAL_CHANNELS"],
  async verify(request, settings, nowMs) {
    const signed = await verifySlackSignature(request, settings.SLACK_SIGNING_SECRET, nowMs);
    if (!signed.ok) return { kind: "refused", code: signed.code, reason: signed.reason };
    const channels = dealChannelsOf(settings.SLACK_DEAL_CHANNELS);
    return channels.ok ? { kind: "ok" } : { kind: "not_configured", reason: channels.reason };
  },
  normalize(body, { settings, receivedAt }) {
    const channels = dealChannelsOf(settings.SLACK_DEAL_CHANNELS);
    if (!channels.ok) return { ok: false, errors: [{ pointer: "", detail: channels.reason }] };
    const parsed = parseJson(body);
    if (!parsed.ok) return { ok: false, errors: [{ pointer: "", detail: parsed.detail }] };
    return readEvent(parsed.value, channels.deals, receivedAt);
  },
  /** Slack saves a request URL only after it has echoed the challenge. */
  reply(_counts, body) {
    const parsed = parseJson(body);
    const challenge = parsed.ok ? challengeOf(parsed.value) : null;
    if (challenge === null) return null;
    return new Response(challenge, { headers: { "content-type": "text/plain", "cache-control": "no-store" } });
  },
};
