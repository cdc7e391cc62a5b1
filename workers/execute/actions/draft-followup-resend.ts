// draft_followup by Resend, for teams whose mailboxes can't be written to: the mail goes out in the rep's name and the
// answers come to the rep. Resend keeps an idempotency key for 24 hours: a repeat within them is safe, a later one of
// unknown end is not made.
import { createResend } from "#connectors/resend.ts";
import { DraftFollowup } from "#contract/action.ts";
import { actionAdapter } from "./action-adapter.ts";
import { callFailed } from "./call-failure.ts";
import { mailEffect } from "./mail-effect.ts";
import { neededSettings } from "./needed-settings.ts";

const SECRET = "RESEND_API_KEY";
/** An hour less than Resend keeps a key. */
const KEY_LIFETIME_MS = 23 * 3_600_000;

export const draftFollowupResend = actionAdapter(DraftFollowup, "resend", async (params, attempt, ports) => {
  const needed = neededSettings(ports.settings, ["RESEND_API_URL", SECRET]);
  if (!needed.ok) return needed.outcome;
  if (params.deliver === "draft") {
    return { kind: "rejected", reason: 'Resend has no drafts: use deliver "send", or Gmail or Microsoft 365' };
  }
  if (attempt.maybeDone && ports.now() - attempt.releasedAtMs > KEY_LIFETIME_MS) {
    const reason = `an earlier attempt may have sent it, and Resend forgets after a day: look for the mail to ${params.to[0]?.email ?? ""} at resend.com/emails`;
    return { kind: "unknown", reason };
  }
  const resend = createResend({ apiUrl: needed.values.RESEND_API_URL, apiKey: needed.values[SECRET] }, ports);
  const mail = { ...params, headers: { "X-Dealwire-Action": attempt.actionId } };
  const sent = await resend.send(mail, attempt.idempotencyKey, attempt.correlationId);
  if (sent.ok) {
    const url = `https://resend.com/emails/${sent.value}`;
    const effect = mailEffect({ as: "sent", id: sent.value, url, system: "Resend", mailbox: params.from }, ports.now());
    return { kind: "executed", effect };
  }
  const { failure } = sent;
  if (failure.kind === "rejected" && failure.status === 409) {
    return { kind: "unknown", reason: `a mail with other content went out under this action's key: ${failure.reason}` };
  }
  return callFailed(failure, "effect", SECRET);
});
