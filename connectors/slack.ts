// Slack's Web API: messages, people and dialogs. Rule: Slack takes no idempotency key, so a message carries metadata by
// which it can be found again.
import * as z from "zod";
import type { CallResult, HttpPorts } from "#runtime/http.ts";
import { createSlackCall, type SlackSettings } from "./slack-call.ts";
import { mapped } from "./typed-answer.ts";

type SlackMessage = {
  /** A channel's id (`C…`), or its name where Slack takes one. */
  channel: string;
  text: string;
  blocks: readonly unknown[];
  metadata: { event_type: string; event_payload: Readonly<Record<string, string>> };
  /** The message that this one answers, which opens its thread. */
  thread_ts?: string;
};

/** A message that Slack holds: the id of its channel and its timestamp, which together are its identity. */
export type PostedMessage = { channel: string; ts: string };

export type Slack = {
  postMessage(message: SlackMessage, correlationId: string): Promise<CallResult<PostedMessage>>;
  /** Replaces text and blocks; the metadata stays. `not_found` when somebody deleted the message. */
  updateMessage(
    message: PostedMessage & Pick<SlackMessage, "text" | "blocks">,
    correlationId: string,
  ): Promise<CallResult<PostedMessage>>;
  /**
   * The message since `oldestMs` whose metadata has `key` = `value`, or null: in the channel or, because replies are not
   * in its history, in the thread under `threadTs`. `channel` must be an id.
   */
  findByMetadata(
    search: { channel: string; key: string; value: string; oldestMs: number; threadTs?: string },
    correlationId: string,
  ): Promise<CallResult<PostedMessage | null>>;
  /** The id of the member of the workspace with this address; `not_found` when there is none. */
  userByEmail(email: string, correlationId: string): Promise<CallResult<string>>;
  /** The id of the direct message with a person, opened when it is not yet. */
  openDirectMessage(userId: string, correlationId: string): Promise<CallResult<string>>;
  /** Shows a dialog to whoever caused `triggerId`, within three seconds. */
  openView(triggerId: string, view: unknown, correlationId: string): Promise<CallResult<null>>;
};

/** A page of `conversations.history` and how many are read; beyond that the search gives up and says so. */
const PAGE_SIZE = 100;
const MAX_PAGES = 4;

const Posted = z.object({ ok: z.literal(true), channel: z.string(), ts: z.string() });
const History = z.object({
  ok: z.literal(true),
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z.object({ event_payload: z.record(z.string(), z.unknown()) }).optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).nullish(),
});

const Member = z.object({ ok: z.literal(true), user: z.object({ id: z.string() }) });
const Opened = z.object({ ok: z.literal(true), channel: z.object({ id: z.string() }) });
const Shown = z.object({ ok: z.literal(true) });

/**
 * A client for the bot that `botToken` belongs to. Needs the scopes chat:write, channels:history (groups:history,
 * im:history) and, to reach people, im:write, users:read and users:read.email.
 */
export function createSlack(settings: SlackSettings, ports: HttpPorts): Slack {
  const ask = createSlackCall(settings, ports);
  const posted = ({ channel, ts }: PostedMessage) => ({ channel, ts });
  return {
    async postMessage(message, correlationId) {
      const body = { ...message, unfurl_links: false, unfurl_media: false };
      return mapped(await ask("chat.postMessage", body, Posted, correlationId), posted);
    },

    async updateMessage(message, correlationId) {
      return mapped(await ask("chat.update", message, Posted, correlationId), posted);
    },

    async findByMetadata({ channel, key, value, oldestMs, threadTs }, correlationId) {
      const method = threadTs === undefined ? "conversations.history" : "conversations.replies";
      const oldest = (oldestMs / 1000).toFixed(6);
      let cursor = "";
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const query = new URLSearchParams({ channel, oldest, limit: String(PAGE_SIZE), include_all_metadata: "true" });
        if (threadTs !== undefined) query.set("ts", threadTs);
        if (cursor !== "") query.set("cursor", cursor);
        const result = await ask(`${method}?${query}`, undefined, History, correlationId);
        if (!result.ok) return result;
        const found = result.value.messages.find(({ metadata }) => metadata?.event_payload[key] === value);
        cursor = result.value.response_metadata?.next_cursor ?? "";
        if (found !== undefined) return { ...result, value: { channel, ts: found.ts } };
        if (cursor === "") return { ...result, value: null };
      }
      const reason = `${method}: more than ${PAGE_SIZE * MAX_PAGES} messages since then, none of those read is it`;
      return { ok: false, failure: { kind: "rejected", status: 200, reason } };
    },

    async userByEmail(email, correlationId) {
      const query = new URLSearchParams({ email });
      const found = await ask(`users.lookupByEmail?${query}`, undefined, Member, correlationId);
      return mapped(found, ({ user }) => user.id);
    },

    async openDirectMessage(userId, correlationId) {
      return mapped(
        await ask("conversations.open", { users: userId }, Opened, correlationId),
        ({ channel }) => channel.id,
      );
    },

    async openView(triggerId, view, correlationId) {
      return mapped(await ask("views.open", { trigger_id: triggerId, view }, Shown, correlationId), () => null);
    },
  };
}
