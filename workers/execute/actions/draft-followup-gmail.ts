// draft_followup in Gmail: a draft in the rep's own mailbox, sent at once because the action has been released. Gmail
// takes no idempotency key. What makes it once: a draft can be sent a single time, and after an attempt of unknown end
// the mailbox is searched for the sent mail, then for the draft, before a new one is made.
import { createGmail, type Gmail } from "#connectors/gmail.ts";
import { createAccessToken, readServiceAccount } from "#connectors/google-token.ts";
import { mimeMessage } from "#connectors/mime.ts";
import { DraftFollowup } from "#contract/action.ts";
import { setting } from "#runtime/setting.ts";
import { type Attempt, actionAdapter } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { callFailed } from "./call-failure.ts";
import { ACTION_HEADER, findTrace } from "./gmail-trace.ts";

const SECRET = "GMAIL_SERVICE_ACCOUNT";
/** Gmail stamps mails with its own clock, which may be behind ours. */
const CLOCK_SKEW_MS = 60_000;

type Params = Parameters<typeof mimeMessage>[0] & { thread_id: string | null };

export const draftFollowupGmail = actionAdapter(DraftFollowup, "gmail", async (params, attempt, ports) => {
  const secret = setting(SECRET, ports.settings[SECRET]);
  if (!secret.ok) return { kind: "credentials", reason: secret.reason };
  const login = await readServiceAccount(secret.value);
  if (!login.ok) return { kind: "credentials", reason: `${SECRET} can't be used: ${login.reason}` };
  const accessToken = createAccessToken(login.account, params.from, ports.googleTokens, ports);
  const gmail = createGmail({ apiUrl: ports.settings.GMAIL_API_URL, mailbox: params.from, accessToken }, ports);
  const executed = (messageId: string) => sentBy(params.from, messageId, ports.now());

  const trace = attempt.maybeDone ? await findTrace(gmail, traceSearch(params.to, attempt)) : null;
  if (trace !== null && !trace.ok) return callFailed(trace.failure, "lookup", SECRET);
  if (trace?.value.kind === "sent") return executed(trace.value.messageId);

  let draftId: string;
  if (trace?.value.kind === "draft") draftId = trace.value.draftId;
  else {
    const draft = await createDraft(gmail, { ...params, headers: {} }, attempt);
    if (!draft.ok) return draft.outcome;
    draftId = draft.draftId;
  }

  const sent = await gmail.sendDraft(draftId, attempt.correlationId);
  if (sent.ok) return executed(sent.value);
  if (sent.failure.kind !== "not_found") {
    const failed = callFailed(sent.failure, "effect", SECRET);
    // Even when nothing was sent there is a draft now: the next attempt has to find it and not make another.
    return failed.kind === "retry" ? { ...failed, effectUnknown: true } : failed;
  }

  // The draft is gone: somebody sent it or threw it away since we saw it. Either way it is not made a second time.
  const after = await findTrace(gmail, traceSearch(params.to, attempt));
  if (!after.ok) return callFailed(after.failure, "lookup", SECRET);
  if (after.value.kind === "sent") return executed(after.value.messageId);
  return {
    kind: "rejected",
    reason: "the draft disappeared from the mailbox before it was sent, and no sent mail was found",
  };
});

type Drafted = { ok: true; draftId: string } | { ok: false; outcome: ActionOutcome };

async function createDraft(gmail: Gmail, params: Params, attempt: Attempt): Promise<Drafted> {
  const { correlationId, actionId } = attempt;
  const headers: Record<string, string> = { [ACTION_HEADER]: actionId };
  if (params.thread_id !== null) {
    // A reply stays in its thread only when it names the message it answers.
    const last = await gmail.lastMessageIdOf(params.thread_id, correlationId);
    if (!last.ok && last.failure.kind !== "not_found") {
      return { ok: false, outcome: callFailed(last.failure, "preparation", SECRET) };
    }
    if (last.ok && last.value !== null && /^<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>$/.test(last.value)) {
      headers["In-Reply-To"] = last.value;
      headers.References = last.value;
    }
  }
  const draft = await gmail.createDraft(mimeMessage({ ...params, headers }), params.thread_id, correlationId);
  if (draft.ok) return { ok: true, draftId: draft.value };
  return { ok: false, outcome: callFailed(draft.failure, "effect", SECRET) };
}

function traceSearch(to: readonly { email: string }[], { actionId, releasedAtMs, correlationId }: Attempt) {
  return { actionId, to: to[0]?.email ?? "", sinceMs: releasedAtMs - CLOCK_SKEW_MS, correlationId };
}

function sentBy(mailbox: string, messageId: string, nowMs: number): ActionOutcome {
  const effect = {
    external_id: messageId,
    url: `https://mail.google.com/mail/u/?authuser=${encodeURIComponent(mailbox)}#all/${messageId}`,
    summary: `sent by Gmail from ${mailbox}`,
    at: new Date(nowMs).toISOString(),
    undo: null,
  };
  return { kind: "executed", effect };
}
