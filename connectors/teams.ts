// Microsoft Teams through the webhook of a workflow ("Post to a channel when a webhook request is received"). Rules:
// whoever has the address may post, so it is a secret and never part of a reason; Teams answers no id, so nobody can be
// asked whether a card arrived (https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors).
import { type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";

type TeamsCard = { text: string; url: string | null };

/** Posts an adaptive card to the channel of the workflow at `webhookUrl`. */
export async function postTeamsCard(
  webhookUrl: string,
  { text, url }: TeamsCard,
  correlationId: string,
  ports: HttpPorts,
): Promise<CallResult<null>> {
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [{ type: "TextBlock", text: plainText(text), wrap: true }],
    ...(url === null ? {} : { actions: [{ type: "Action.OpenUrl", title: "Open", url }] }),
  };
  const body = {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }],
  };
  const result = await callJson({ method: "POST", url: webhookUrl, body, correlationId }, ports);
  if (result.ok) return { ...result, value: null };
  const { failure } = result;
  // A workflow that was deleted or got a new address answers 404: what has to be mended is the address.
  return failure.kind === "not_found"
    ? { ok: false, failure: { kind: "credentials", status: 404, reason: failure.reason } }
    : result;
}

/** A text block reads a subset of Markdown; nothing that a sender wrote becomes a link or a heading. */
function plainText(text: string): string {
  return text.replace(/[\\`*_[\]#]/g, "\\$&").replace(/\r?\n/g, "\n\n");
}
