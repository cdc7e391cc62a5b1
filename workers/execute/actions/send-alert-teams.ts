// send_alert in Microsoft Teams: an adaptive card through the webhook of a workflow, which belongs to one channel. Teams
// answers no id and can't be asked, so an attempt of unknown end is parked for a person.
import { postTeamsCard } from "#connectors/teams.ts";
import { SendAlert } from "#contract/action.ts";
import { actionAdapter } from "./action-adapter.ts";
import { callFailed } from "./call-failure.ts";
import { neededSettings } from "./needed-settings.ts";

const SECRET = "TEAMS_WEBHOOK_URL";

export const sendAlertTeams = actionAdapter(SendAlert, "teams", async (params, attempt, ports) => {
  const needed = neededSettings(ports.settings, [SECRET]);
  if (!needed.ok) return needed.outcome;
  const webhooks = readWebhooks(needed.values[SECRET]);
  if (webhooks === null) {
    return { kind: "credentials", reason: `${SECRET} has to be an https address, or several as name=address` };
  }
  const channel = params.channel ?? "";
  const webhookUrl = webhooks.get(channel);
  if (webhookUrl === undefined) {
    const known = [...webhooks.keys()].filter((name) => name !== "").join(", ");
    const reason = `${SECRET} has no address for ${channel === "" ? "alerts without a channel" : `the channel "${channel}"`}`;
    return { kind: "rejected", reason: known === "" ? reason : `${reason}; it has one for ${known}` };
  }
  if (attempt.maybeDone) {
    return {
      kind: "unknown",
      reason:
        `an earlier attempt may have posted the card, and Teams can't be asked: look in the channel ${channel}`.trim(),
    };
  }
  const posted = await postTeamsCard(webhookUrl, params, attempt.correlationId, ports);
  if (!posted.ok) return callFailed(posted.failure, "effect", SECRET);
  const effect = {
    external_id: attempt.actionId,
    url: null,
    summary: channel === "" ? "posted to Microsoft Teams" : `posted to Microsoft Teams, ${channel}`,
    at: new Date(ports.now()).toISOString(),
    undo: null,
  };
  return { kind: "executed", effect };
});

/** `https://…` serves alerts that name no channel, `deals=https://…` those for `deals`; null when it is neither. */
function readWebhooks(text: string): ReadonlyMap<string, string> | null {
  const webhooks = new Map<string, string>();
  for (const word of text.split(/\s+/)) {
    const found = /^(?:([^=:/?]{1,100})=)?(https?:\/\/.+)$/.exec(word);
    if (found?.[2] === undefined || !URL.canParse(found[2])) return null;
    webhooks.set(found[1] ?? "", found[2]);
  }
  return webhooks;
}
