// One request of Slack's Events API: `{type: "event_callback", event_id, event: {…}}`, or `url_verification` when the
// URL is set up. Rule: only what a person says in a deal's channel is a signal; all else is ignored by its name, which
// for a channel without a deal has the channel's id, so that the log says what could be mapped.
import * as z from "zod";
import type { SignalDraft } from "#runtime/signal.ts";
import { instantOf } from "../instant.ts";
import { bodyErrors } from "../json.ts";
import type { Normalized } from "../source.ts";
import type { DealChannels } from "./deal-channels.ts";
import { plainTextOf } from "./plain-text.ts";

const EVENTS: ReadonlyMap<string, string> = new Map([
  ["message", "message.posted"],
  ["app_mention", "app.mentioned"],
]);

const Name = z.string("expected the name of a type").min(1).max(100);
const Id = z
  .string()
  .regex(/^\w{1,100}$/)
  .nullish()
  .catch(null);

const Request = z.object({ type: Name });
const Challenge = z.object({
  type: z.literal("url_verification"),
  challenge: z.string("expected the text to echo").min(1).max(1_000),
});

const Callback = z.object({
  event_id: z.string("expected the id of the event").regex(/^\S{1,200}$/, "expected the id of the event"),
  team_id: Id,
  api_app_id: Id,
  /** True in a channel that is shared with another company. */
  is_ext_shared_channel: z.boolean().nullish().catch(null),
  /** Whom the event is sent for, at most one of them: our bot, when it is in the channel. */
  authorizations: z
    .array(z.object({ user_id: Id }))
    .nullish()
    .catch(null),
  event: z.looseObject({ type: Name, subtype: Name.nullish() }),
});

const Spoken = z.object({
  channel: z.string("expected the id of a channel").regex(/^\w{1,100}$/, "expected the id of a channel"),
  /** Seconds since 1970 with six decimals; with the channel, the id of the message. */
  ts: z.string("expected seconds since 1970").regex(/^\d{1,10}\.\d{1,9}$/, "expected seconds since 1970 with decimals"),
  thread_ts: z.string().max(40).nullish().catch(null),
  user: Id,
  text: z.string().nullish().catch(null),
  /** Whoever speaks through an app has both; `app_id` is the app's. */
  bot_id: Id,
  app_id: Id,
});
type Spoken = z.infer<typeof Spoken>;

/** The text that Slack wants back, or null when it does not ask for one. */
export function challengeOf(value: unknown): string | null {
  return Challenge.safeParse(value).data?.challenge ?? null;
}

/** The one event of a request. */
export function readEvent(value: unknown, deals: DealChannels, receivedAt: string): Normalized {
  const request = Request.safeParse(value);
  if (!request.success) return { ok: false, errors: bodyErrors(request.error) };
  const { type } = request.data;
  if (type === "url_verification") {
    const asked = Challenge.safeParse(value);
    return asked.success ? ignored(type) : { ok: false, errors: bodyErrors(asked.error) };
  }
  if (type !== "event_callback") return ignored(type);
  const callback = Callback.safeParse(value);
  if (!callback.success) return { ok: false, errors: bodyErrors(callback.error) };
  const { event } = callback.data;
  const told = EVENTS.get(event.type);
  if (told === undefined) return ignored(event.type);
  if (event.subtype) return ignored(`${event.type}.${event.subtype}`);
  const spoken = Spoken.safeParse(event);
  if (!spoken.success) return { ok: false, errors: bodyErrors(spoken.error, "/event") };
  const deal = deals.get(spoken.data.channel);
  const why = whyIgnored(event.type, spoken.data, callback.data, deal);
  if (deal === undefined || why !== null) return ignored(why ?? event.type);
  const draft = draftOf(told, spoken.data, callback.data, deal, receivedAt);
  return { ok: true, readings: [{ kind: "signal", draft, pointer: "", raw: value }] };
}

/** A message that mentions us comes as an app_mention, too; one of the two is enough. */
function whyIgnored(
  type: string,
  { bot_id, app_id, user, channel, text }: Spoken,
  { api_app_id, authorizations }: z.infer<typeof Callback>,
  deal: string | undefined,
): string | null {
  const us = authorizations?.[0]?.user_id ?? null;
  if ((app_id && app_id === api_app_id) || (us !== null && user === us)) return `${type}.own`;
  if (bot_id || app_id) return `${type}.bot`;
  if (deal === undefined) return `${type}.channel_without_deal:${channel}`;
  return type === "message" && us !== null && text?.includes(`<@${us}>`) ? `${type}.mention` : null;
}

function draftOf(
  event: string,
  { channel, ts, thread_ts, user, text }: Spoken,
  { event_id, team_id, is_ext_shared_channel }: z.infer<typeof Callback>,
  deal: string,
  receivedAt: string,
): SignalDraft {
  const facts = {
    user: user ?? null,
    channel,
    ts,
    thread_ts: thread_ts ?? null,
    team: team_id ?? null,
    shared: is_ext_shared_channel ?? false,
  };
  return {
    signal_type: "behavioral",
    subject: deal,
    deal_id: deal,
    contact_id: null,
    account_id: null,
    payload: { event, text: plainTextOf(text ?? "") || undefined, facts },
    fired_at: instantOf(ts) ?? receivedAt,
    identity: [event_id],
  };
}

function ignored(name: string): Normalized {
  return { ok: true, readings: [{ kind: "ignored", name }] };
}
