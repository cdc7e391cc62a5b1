// Answers an interaction by its `response_url`, which Slack takes five times within thirty minutes. Rule: the address
// comes with a request, so it is called only where Slack (or its stand-in) lives.
// Source: docs.slack.dev/interactivity/handling-user-interaction
import { type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";

const SLACK_HOOKS = "https://hooks.slack.com";

/** Shows `text` (mrkdwn) to whoever clicked and to nobody else; the card stays. `apiUrl` is `SLACK_API_URL`. */
export async function respondEphemerally(
  responseUrl: string,
  text: string,
  apiUrl: string,
  ports: HttpPorts,
): Promise<CallResult<null>> {
  const origin = URL.canParse(responseUrl) ? new URL(responseUrl).origin : null;
  if (origin === null || (origin !== SLACK_HOOKS && origin !== new URL(apiUrl).origin)) {
    return { ok: false, failure: { kind: "rejected", status: 0, reason: "response_url is not an address of Slack" } };
  }
  const body = { response_type: "ephemeral", replace_original: false, text };
  const result = await callJson({ method: "POST", url: responseUrl, body }, ports);
  if (result.ok) return { ...result, value: null };
  // Success is the text `ok`, which is no JSON.
  return result.failure.kind === "malformed" ? { ok: true, value: null, status: 200, headers: new Headers() } : result;
}
