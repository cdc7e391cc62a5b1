// Slack's Web API: posts a message and looks for one by its metadata. Rule: Slack answers HTTP 200 with `ok: false`
// for most failures, so a call has succeeded only when the body says so (https://docs.slack.dev/apis/web-api).
import * as z from "zod";
import { type CallFailure, type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";

export type SlackSettings = { apiUrl: string; botToken: string };

type SlackMessage = {
  /** A channel's id (`C…`), or its name where Slack takes one. */
  channel: string;
  text: string;
  blocks: readonly unknown[];
  metadata: { event_type: string; event_payload: Readonly<Record<string, string>> };
};

/** A message that Slack holds: the id of its channel and its timestamp, which together are its identity. */
export type PostedMessage = { channel: string; ts: string };

export type Slack = {
  postMessage(message: SlackMessage, correlationId: string): Promise<CallResult<PostedMessage>>;
  /** The message since `oldestMs` whose metadata has `key` = `value`, or null. `channel` must be an id. */
  findByMetadata(
    search: { channel: string; key: string; value: string; oldestMs: number },
    correlationId: string,
  ): Promise<CallResult<PostedMessage | null>>;
};

/** A page of `conversations.history` and how many are read; beyond that the search gives up and says so. */
const PAGE_SIZE = 100;
const MAX_PAGES = 4;
const TIMEOUT_MS = 8_000;

const Refusal = z.object({
  ok: z.literal(false),
  error: z.string(),
  /** The scope that is missing. */
  needed: z.string().optional(),
  /** What is wrong with the blocks, for example. */
  response_metadata: z.object({ messages: z.array(z.string()).default([]) }).optional(),
});
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

/** A client for the bot that `botToken` belongs to. Needs the scopes chat:write and channels:history (groups:history). */
export function createSlack({ apiUrl, botToken }: SlackSettings, ports: HttpPorts): Slack {
  const headers = { authorization: `Bearer ${botToken}` };

  async function ask<Schema extends z.ZodType>(
    path: string,
    body: unknown,
    answer: Schema,
    correlationId: string,
  ): Promise<CallResult<z.infer<Schema>>> {
    const method = body === undefined ? "GET" : "POST";
    const url = `${apiUrl}/${path}`;
    const type = body === undefined ? headers : { ...headers, "content-type": "application/json; charset=utf-8" };
    const call = { method, url, headers: type, body, correlationId, timeoutMs: TIMEOUT_MS } as const;
    const result = await callJson(call, ports);
    if (!result.ok) return result;
    const name = path.replace(/\?.*/, "");
    const refusal = Refusal.safeParse(result.value);
    if (refusal.success) return { ok: false, failure: slackFailure(name, refusal.data) };
    const parsed = answer.safeParse(result.value);
    if (parsed.success) return { ...result, value: parsed.data };
    return { ok: false, failure: { kind: "malformed", reason: `${name}: the answer is not what Slack promises` } };
  }

  return {
    async postMessage(message, correlationId) {
      const body = { ...message, unfurl_links: false, unfurl_media: false };
      const result = await ask("chat.postMessage", body, Posted, correlationId);
      return result.ok ? { ...result, value: { channel: result.value.channel, ts: result.value.ts } } : result;
    },

    async findByMetadata({ channel, key, value, oldestMs }, correlationId) {
      const oldest = (oldestMs / 1000).toFixed(6);
      let cursor = "";
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const query = new URLSearchParams({ channel, oldest, limit: String(PAGE_SIZE), include_all_metadata: "true" });
        if (cursor !== "") query.set("cursor", cursor);
        const result = await ask(`conversations.history?${query}`, undefined, History, correlationId);
        if (!result.ok) return result;
        const found = result.value.messages.find(({ metadata }) => metadata?.event_payload[key] === value);
        cursor = result.value.response_metadata?.next_cursor ?? "";
        if (found !== undefined) return { ...result, value: { channel, ts: found.ts } };
        if (cursor === "") return { ...result, value: null };
      }
      const reason = `conversations.history: more than ${PAGE_SIZE * MAX_PAGES} messages since then, none of those read is it`;
      return { ok: false, failure: { kind: "rejected", status: 200, reason } };
    },
  };
}

/** What a person with the Slack app's settings has to mend. */
const CREDENTIAL_ERRORS = new Set([
  "invalid_auth",
  "not_authed",
  "token_revoked",
  "token_expired",
  "account_inactive",
  "missing_scope",
  "no_permission",
  "not_allowed_token_type",
  "access_denied",
  "ekm_access_denied",
  "org_login_required",
  "enterprise_is_restricted",
  "team_access_not_granted",
]);
const RATE_ERRORS = new Set(["ratelimited", "rate_limited"]);
/** Slack says of these that some aspect of the operation may have succeeded. */
const SERVER_ERRORS = new Set(["internal_error", "fatal_error", "service_unavailable", "request_timeout"]);

const HINTS: Readonly<Record<string, string>> = {
  channel_not_found: "no such channel, or it is private and the bot is not in it; use the channel's id (C…)",
  not_in_channel: "invite the bot to the channel",
  is_archived: "the channel is archived",
};

function slackFailure(method: string, refusal: z.infer<typeof Refusal>): CallFailure {
  const { error, needed, response_metadata: more } = refusal;
  const hint = needed === undefined ? HINTS[error] : `the token needs the scope ${needed}`;
  const words = [hint, ...(more?.messages ?? [])].filter((word) => word !== undefined).join("; ");
  const reason = `${method}: ${error}${words === "" ? "" : ` (${words})`}`.slice(0, 500);
  if (CREDENTIAL_ERRORS.has(error)) return { kind: "credentials", status: 200, reason };
  if (RATE_ERRORS.has(error) || SERVER_ERRORS.has(error)) {
    const effectUnknown = SERVER_ERRORS.has(error);
    return { kind: "unavailable", status: 200, retryAfterSeconds: null, reason, effectUnknown };
  }
  return { kind: "rejected", status: 200, reason };
}
