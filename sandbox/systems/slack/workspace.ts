// The Slack workspace: channels, people and messages, kept in the store.
// Rule: a message's `ts` is its identity in its channel and grows, as Slack's does.
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { freeId } from "../../free-id.ts";
import { collection } from "../../store.ts";

export const Channel = z.object({
  id: z.string(),
  name: z.string(),
  /** Whether the bot was invited; it can only post where it is a member. */
  is_member: z.boolean(),
  /** The person on the other side of a direct message, else null. */
  user: z.string().nullable(),
});
export type Channel = z.infer<typeof Channel>;

export const User = z.object({ id: z.string(), name: z.string(), real_name: z.string(), email: z.string() });
export type User = z.infer<typeof User>;

export const Metadata = z.object({ event_type: z.string().min(1), event_payload: z.record(z.string(), z.unknown()) });

export const Message = z.object({
  id: z.string(),
  channel: z.string(),
  ts: z.string(),
  thread_ts: z.string().nullable(),
  text: z.string(),
  blocks: z.array(z.unknown()).nullable(),
  metadata: Metadata.nullable(),
  edited_ts: z.string().nullable(),
});
export type Message = z.infer<typeof Message>;

export const TEAM_ID = "T0DEALWIRE";
export const BOT = { user_id: "U0DEALWIRE", bot_id: "B0DEALWIRE", app_id: "A0DEALWIRE", name: "dealwire" };

export type Workspace = ReturnType<typeof workspace>;

/** The workspace over `deps.store`. */
export function workspace({ store, clock }: Pick<Deps, "store" | "clock">) {
  const channels = collection(store, "slack", "channels", Channel);
  const users = collection(store, "slack", "users", User);
  const messages = collection(store, "slack", "messages", Message);
  const key = (channel: string, ts: string) => `${channel}:${ts}`;
  const asTs = (micros: bigint) => `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, "0")}`;

  const open = (user: string): Channel => {
    const existing = channels.list().find((channel) => channel.user === user);
    if (existing) return existing;
    const channel: Channel = { id: `D${user.slice(1)}`, name: "directmessage", is_member: true, user };
    channels.put(channel.id, channel);
    return channel;
  };

  return {
    channels,
    users,
    messages,
    /** Opens, or finds, the direct message with a person. */
    open,
    /** By id or `#name`; a person's id is the direct message with them. */
    resolve(name: string): Channel | undefined {
      if (users.get(name)) return open(name);
      const bare = name.replace(/^#/, "");
      return channels.get(name) ?? channels.list().find((channel) => channel.user === null && channel.name === bare);
    },
    message: (channel: string, ts: string) => messages.get(key(channel, ts)),
    save: (message: Message) => messages.put(message.id, message),
    remove: (message: Message) => messages.remove(message.id),
    newMessage(channel: string, content: Pick<Message, "thread_ts" | "text" | "blocks" | "metadata">): Message {
      const ts = freeId(BigInt(clock()) * 1_000n, (id) => messages.get(key(channel, id)) !== undefined, asTs);
      const message: Message = { id: key(channel, ts), channel, ts, edited_ts: null, ...content };
      messages.put(message.id, message);
      return message;
    },
    nowTs: () => asTs(BigInt(clock()) * 1_000n),
  };
}

/** A message as the API shows it. */
export function messageView(message: Message, withMetadata: boolean) {
  return {
    user: BOT.user_id,
    type: "message",
    ts: message.ts,
    bot_id: BOT.bot_id,
    app_id: BOT.app_id,
    team: TEAM_ID,
    text: message.text,
    ...(message.blocks === null ? {} : { blocks: message.blocks }),
    ...(message.thread_ts === null ? {} : { thread_ts: message.thread_ts }),
    ...(message.edited_ts === null ? {} : { edited: { user: BOT.user_id, ts: message.edited_ts } }),
    ...(withMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
  };
}

export function userView(user: User) {
  return {
    id: user.id,
    team_id: TEAM_ID,
    name: user.name,
    deleted: false,
    real_name: user.real_name,
    is_bot: false,
    profile: { real_name: user.real_name, display_name: user.name, email: user.email },
  };
}
