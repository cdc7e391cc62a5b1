// One call of Slack's Web API, and what its refusals mean. Rule: Slack answers HTTP 200 with `ok: false` for most
// failures, so a call has succeeded only when the body says so (https://docs.slack.dev/apis/web-api).
import * as z from "zod";
import { type CallFailure, type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";

export type SlackSettings = { apiUrl: string; botToken: string };

/** A method with JSON as its body, or with a query where `body` is undefined: some methods that read take no JSON. */
export type SlackCall = <Schema extends z.ZodType>(
  path: string,
  body: unknown,
  answer: Schema,
  correlationId: string,
) => Promise<CallResult<z.infer<Schema>>>;

const TIMEOUT_MS = 8_000;

const Refusal = z.object({
  ok: z.literal(false),
  error: z.string(),
  /** The scope that is missing. */
  needed: z.string().optional(),
  /** What is wrong with the blocks, for example. */
  response_metadata: z.object({ messages: z.array(z.string()).default([]) }).optional(),
});

/** Calls as the bot that `botToken` belongs to. */
export function createSlackCall({ apiUrl, botToken }: SlackSettings, ports: HttpPorts): SlackCall {
  const headers = { authorization: `Bearer ${botToken}` };
  return async (path, body, answer, correlationId) => {
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

/** What the call was about is gone or was never there. */
const NOT_FOUND_ERRORS = new Set(["users_not_found", "message_not_found"]);

const HINTS: Readonly<Record<string, string>> = {
  channel_not_found: "no such channel, or it is private and the bot is not in it; use the channel's id (C…)",
  not_in_channel: "invite the bot to the channel",
  is_archived: "the channel is archived",
  expired_trigger_id: "more than three seconds passed since the click",
};

function slackFailure(method: string, refusal: z.infer<typeof Refusal>): CallFailure {
  const { error, needed, response_metadata: more } = refusal;
  const hint = needed === undefined ? HINTS[error] : `the token needs the scope ${needed}`;
  const words = [hint, ...(more?.messages ?? [])].filter((word) => word !== undefined).join("; ");
  const reason = `${method}: ${error}${words === "" ? "" : ` (${words})`}`.slice(0, 500);
  if (NOT_FOUND_ERRORS.has(error)) return { kind: "not_found", reason };
  if (CREDENTIAL_ERRORS.has(error)) return { kind: "credentials", status: 200, reason };
  if (RATE_ERRORS.has(error) || SERVER_ERRORS.has(error)) {
    const effectUnknown = SERVER_ERRORS.has(error);
    return { kind: "unavailable", status: 200, retryAfterSeconds: null, reason, effectUnknown };
  }
  return { kind: "rejected", status: 200, reason };
}
