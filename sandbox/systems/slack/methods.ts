// The Web API methods that dealwire uses, as functions from arguments to an answer. Slack answers 200 to everything
// but 429; `ok` says whether it worked, `error` why not.
// Source: https://docs.slack.dev/reference/methods
import type { Deps } from "../../deps.ts";
import { blockProblems } from "./blocks.ts";
import { openView } from "./view.ts";
import {
  BOT,
  type Channel,
  type Message,
  Metadata,
  messageView,
  TEAM_ID,
  userView,
  type Workspace,
} from "./workspace.ts";

/** Arguments as they came: strings from a form or a query, anything from JSON. */
export type Arguments = Readonly<Record<string, unknown>>;
type Reply = { ok: true; [field: string]: unknown } | { ok: false; error: string; [field: string]: unknown };
export type Method = {
  /** Some reading methods take no JSON body; Slack then sees no arguments at all. */
  json: boolean;
  run(args: Arguments, slack: Workspace, deps: Deps): Reply | { retryAfterSeconds: number };
};

const MAX_TEXT = 40_000;
/** About one message a second and channel; short bursts pass. */
const POST_RATE = { max: 10, windowMs: 10_000 };

const fail = (error: string, more: Record<string, unknown> = {}): Reply => ({ ok: false, error, ...more });
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** A structured argument: already structured in a JSON body, JSON text in a form. */
function structured(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return Symbol.for("not JSON");
  }
}

type Content = { text: string; blocks: unknown[] | null | undefined; metadata: Message["metadata"] | undefined };

/** `undefined` for a member that was not sent: an update keeps what it does not name. */
function content(args: Arguments): Content | Reply {
  const blocks = structured(args.blocks);
  if (blocks !== undefined) {
    const problems = blockProblems(blocks);
    if (problems.length > 0)
      return fail("invalid_blocks", {
        errors: problems,
        response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
      });
  }
  const text = textOf(args.text);
  if (text.length > MAX_TEXT) return fail("msg_too_long");
  const sent = structured(args.metadata);
  const metadata = sent === undefined ? undefined : Metadata.safeParse(sent);
  if (metadata && !metadata.success) return fail("invalid_metadata_format");
  return { text, blocks: Array.isArray(blocks) ? blocks : undefined, metadata: metadata?.data };
}

function postable(slack: Workspace, args: Arguments): Channel | Reply {
  const channel = slack.resolve(textOf(args.channel));
  if (channel === undefined) return fail("channel_not_found");
  return channel.is_member ? channel : fail("not_in_channel");
}

const postMessage: Method["run"] = (args, slack, deps) => {
  const channel = postable(slack, args);
  if ("ok" in channel) return channel;
  const parts = content(args);
  if ("ok" in parts) return parts;
  if (parts.text === "" && !parts.blocks?.length) return fail("no_text");
  const threadTs = textOf(args.thread_ts) || null;
  if (threadTs !== null && !slack.message(channel.id, threadTs)) return fail("thread_not_found");
  const admission = deps.limiter.admit(`slack ${channel.id}`, POST_RATE, deps.clock());
  if (!admission.allowed) return { retryAfterSeconds: admission.retryAfterSeconds };
  const message = slack.newMessage(channel.id, {
    thread_ts: threadTs,
    text: parts.text,
    blocks: parts.blocks ?? null,
    metadata: parts.metadata ?? null,
  });
  return { ok: true, channel: channel.id, ts: message.ts, message: messageView(message, true) };
};

const update: Method["run"] = (args, slack) => {
  // Unlike postMessage, update wants the channel's id.
  const channel = slack.channels.get(textOf(args.channel));
  if (channel === undefined) return fail("channel_not_found");
  const message = slack.message(channel.id, textOf(args.ts));
  if (message === undefined) return fail("message_not_found");
  const parts = content(args);
  if ("ok" in parts) return parts;
  if (args.text === undefined && parts.blocks === undefined) return fail("no_text");
  const next: Message = {
    ...message,
    text: args.text === undefined ? message.text : parts.text,
    blocks: parts.blocks ?? message.blocks,
    metadata: parts.metadata ?? message.metadata,
    edited_ts: slack.nowTs(),
  };
  slack.save(next);
  return { ok: true, channel: channel.id, ts: next.ts, text: next.text, message: messageView(next, true) };
};

const remove: Method["run"] = (args, slack) => {
  const channel = slack.channels.get(textOf(args.channel));
  if (channel === undefined) return fail("channel_not_found");
  const message = slack.message(channel.id, textOf(args.ts));
  if (message === undefined) return fail("message_not_found");
  slack.remove(message);
  return { ok: true, channel: channel.id, ts: message.ts };
};

/** A channel's own messages, newest first, or those of one thread, oldest first. */
const listing =
  (inThread: boolean): Method["run"] =>
  (args, slack) => {
    const channel = slack.channels.get(textOf(args.channel));
    if (channel === undefined) return fail("channel_not_found");
    if (!channel.is_member) return fail("not_in_channel");
    const limit = Number(args.limit ?? 100);
    if (!Number.isInteger(limit) || limit < 1 || limit > 999) return fail("invalid_limit");
    const [oldest, latest] = [Number(args.oldest ?? 0), Number(args.latest ?? Number.POSITIVE_INFINITY)];
    if (Number.isNaN(oldest)) return fail("invalid_ts_oldest");
    if (Number.isNaN(latest)) return fail("invalid_ts_latest");
    const root = textOf(args.ts);
    if (inThread && slack.message(channel.id, root) === undefined) return fail("thread_not_found");
    const cursor = textOf(args.cursor);
    const from = cursor === "" ? (inThread ? 0 : Number.POSITIVE_INFINITY) : cursorTs(cursor);
    if (Number.isNaN(from)) return fail("invalid_cursor");
    const inclusive = String(args.inclusive) === "true" || String(args.inclusive) === "1";
    const withMetadata = ["true", "1"].includes(String(args.include_all_metadata));
    // Replies live in their thread, not in the channel's history.
    const found = slack.messages
      .list()
      .filter((message) => message.channel === channel.id)
      .filter(({ ts, thread_ts }) => (inThread ? ts === root || thread_ts === root : thread_ts === null))
      .filter(({ ts }) =>
        inclusive ? Number(ts) >= oldest && Number(ts) <= latest : Number(ts) > oldest && Number(ts) < latest,
      )
      .filter(({ ts }) => (inThread ? Number(ts) > from : Number(ts) < from))
      .sort((a, b) => (inThread ? Number(a.ts) - Number(b.ts) : Number(b.ts) - Number(a.ts)));
    const page = found.slice(0, limit);
    const hasMore = found.length > page.length;
    const next = hasMore ? btoa(`next_ts:${page.at(-1)?.ts ?? ""}`) : "";
    return {
      ok: true,
      messages: page.map((message) => messageView(message, withMetadata)),
      has_more: hasMore,
      pin_count: 0,
      ...(hasMore ? { response_metadata: { next_cursor: next } } : {}),
    };
  };

function cursorTs(cursor: string): number {
  try {
    return Number(/^next_ts:([\d.]+)$/.exec(atob(cursor))?.[1] ?? Number.NaN);
  } catch {
    return Number.NaN;
  }
}

const lookupByEmail: Method["run"] = (args, slack) => {
  const email = textOf(args.email).toLowerCase();
  if (email === "") return fail("invalid_arguments");
  const user = slack.users.list().find((one) => one.email.toLowerCase() === email);
  return user ? { ok: true, user: userView(user) } : fail("users_not_found");
};

const userInfo: Method["run"] = (args, slack) => {
  const user = slack.users.get(textOf(args.user));
  return user ? { ok: true, user: userView(user) } : fail("user_not_found");
};

const openConversation: Method["run"] = (args, slack) => {
  const ids = textOf(args.users).split(",").filter(Boolean);
  if (ids.length === 0) return fail("users_list_not_supplied");
  const [id = ""] = ids;
  if (ids.length > 1 || !slack.users.get(id)) return fail("user_not_found");
  return { ok: true, channel: { id: slack.open(id).id } };
};

const authTest: Method["run"] = () => ({
  ok: true,
  url: "https://northwind-example.slack.com/",
  team: "Northwind",
  user: BOT.name,
  team_id: TEAM_ID,
  user_id: BOT.user_id,
  bot_id: BOT.bot_id,
  is_enterprise_install: false,
});

export const METHODS: Readonly<Record<string, Method>> = {
  "auth.test": { json: true, run: authTest },
  "chat.postMessage": { json: true, run: postMessage },
  "chat.update": { json: true, run: update },
  "chat.delete": { json: true, run: remove },
  "conversations.history": { json: true, run: listing(false) },
  "conversations.replies": { json: false, run: listing(true) },
  "conversations.open": { json: true, run: openConversation },
  "views.open": {
    json: true,
    run: (args, _slack, deps) => openView(textOf(args.trigger_id), structured(args.view), deps),
  },
  "users.info": { json: false, run: userInfo },
  "users.lookupByEmail": { json: false, run: lookupByEmail },
};
