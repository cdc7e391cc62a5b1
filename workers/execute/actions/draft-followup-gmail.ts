// draft_followup in Gmail: a draft in the rep's own mailbox, sent at once or left there (`deliver`). Gmail takes no
// idempotency key. What makes it once: a draft can be sent a single time, and after an attempt of unknown end
// the mailbox is searched for the sent mail, then for the draft, before a new one is made.
import type * as z from "zod";
import { createGmail, type Gmail } from "#connectors/gmail.ts";
import { googleAccessToken, readServiceAccount } from "#connectors/google-token.ts";
import { mimeMessage } from "#connectors/mime.ts";
import { DraftFollowup, LATEST_THREAD } from "#contract/action.ts";
import type { Effect } from "#contract/action-state.ts";
import type { CallResult } from "#runtime/http.ts";
import { type ActionPorts, type Attempt, actionAdapter } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { callFailed } from "./call-failure.ts";
import { takingBackFailed } from "./compensation-outcome.ts";
import { ACTION_HEADER, findTrace } from "./gmail-trace.ts";
import { alreadySent, draftDeleted, draftOf, draftRemains, LATELY_MS, mailEffect } from "./mail-effect.ts";
import { neededSettings } from "./needed-settings.ts";

const SECRET = "GMAIL_SERVICE_ACCOUNT";
/** Gmail stamps mails with its own clock, which may be behind ours. */
const CLOCK_SKEW_MS = 60_000;

type Params = z.infer<typeof DraftFollowup>["params"];

export const draftFollowupGmail = actionAdapter(DraftFollowup, "gmail", perform, deleteDraft);

async function perform(params: Params, attempt: Attempt, ports: ActionPorts): Promise<ActionOutcome> {
  const connected = await connect(params.from, ports);
  if (!connected.ok) return connected.outcome;
  const { gmail } = connected;
  const executed = (as: "sent" | "draft", id: string) => filed(as, id, params.from, ports.now());

  const trace = attempt.maybeDone ? await findTrace(gmail, traceSearch(params.to, attempt)) : null;
  if (trace !== null && !trace.ok) return callFailed(trace.failure, "lookup", SECRET);
  if (trace?.value.kind === "sent") return executed("sent", trace.value.messageId);

  let draftId: string;
  if (trace?.value.kind === "draft") draftId = trace.value.draftId;
  else {
    const draft = await createDraft(gmail, params, attempt);
    if (!draft.ok) return draft.outcome;
    draftId = draft.draftId;
  }
  if (params.deliver === "draft") return executed("draft", draftId);

  const sent = await gmail.sendDraft(draftId, attempt.correlationId);
  if (sent.ok) return executed("sent", sent.value);
  if (sent.failure.kind !== "not_found") {
    const failed = callFailed(sent.failure, "effect", SECRET);
    // Even when nothing was sent there is a draft now: the next attempt has to find it and not make another.
    return failed.kind === "retry" ? { ...failed, effectUnknown: true } : failed;
  }

  // The draft is gone: somebody sent it or threw it away since we saw it. Either way it is not made a second time.
  const after = await findTrace(gmail, traceSearch(params.to, attempt));
  if (!after.ok) return callFailed(after.failure, "lookup", SECRET);
  if (after.value.kind === "sent") return executed("sent", after.value.messageId);
  return {
    kind: "rejected",
    reason: "the draft disappeared from the mailbox before it was sent, and no sent mail was found",
  };
}

async function deleteDraft(params: Params, effect: Effect, attempt: Attempt, ports: ActionPorts) {
  const draftId = draftOf(effect);
  if (draftId === null) return alreadySent(params);
  const connected = await connect(params.from, ports);
  if (!connected.ok) return connected.outcome;
  const deleted = await connected.gmail.deleteDraft(draftId, attempt.correlationId);
  if (deleted.ok) return draftDeleted(params.from);
  if (deleted.failure.kind !== "not_found") return takingBackFailed(deleted.failure, draftRemains(params), SECRET);
  // Whoever sent it did so after the draft was there.
  const since = { ...attempt, releasedAtMs: Date.parse(effect.at) };
  const trace = await findTrace(connected.gmail, traceSearch(params.to, since));
  if (!trace.ok) return takingBackFailed(trace.failure, draftRemains(params), SECRET);
  return trace.value.kind === "sent" ? alreadySent(params) : draftDeleted(params.from);
}

type Connected = { ok: true; gmail: Gmail } | { ok: false; outcome: Extract<ActionOutcome, { kind: "credentials" }> };

async function connect(mailbox: string, ports: ActionPorts): Promise<Connected> {
  const needed = neededSettings(ports.settings, ["GMAIL_API_URL", SECRET]);
  if (!needed.ok) return needed;
  const login = await readServiceAccount(needed.values[SECRET]);
  if (!login.ok) {
    return { ok: false, outcome: { kind: "credentials", reason: `${SECRET} can't be used: ${login.reason}` } };
  }
  const accessToken = googleAccessToken(login.account, mailbox, ports.accessTokens, ports);
  return { ok: true, gmail: createGmail({ apiUrl: needed.values.GMAIL_API_URL, mailbox, accessToken }, ports) };
}

type Drafted = { ok: true; draftId: string } | { ok: false; outcome: ActionOutcome };

async function createDraft(gmail: Gmail, params: Params, attempt: Attempt): Promise<Drafted> {
  const { correlationId, actionId } = attempt;
  const headers: Record<string, string> = { [ACTION_HEADER]: actionId };
  let { subject } = params;
  const thread = await threadOf(gmail, params, attempt);
  if (!thread.ok) return { ok: false, outcome: callFailed(thread.failure, "preparation", SECRET) };
  const threadId = thread.value;
  if (threadId !== null) {
    // A reply stays in its thread only when it names the message it answers and keeps the subject.
    const last = await gmail.lastMessageOf(threadId, correlationId);
    if (!last.ok && last.failure.kind !== "not_found") {
      return { ok: false, outcome: callFailed(last.failure, "preparation", SECRET) };
    }
    const { messageId = null, subject: answered = null } = (last.ok ? last.value : null) ?? {};
    if (messageId !== null && /^<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>$/.test(messageId)) {
      headers["In-Reply-To"] = messageId;
      headers.References = messageId;
    }
    if (answered !== null && answered.trim() !== "") subject = replySubject(answered);
  }
  const draft = await gmail.createDraft(mimeMessage({ ...params, subject, headers }), threadId, correlationId);
  if (draft.ok) return { ok: true, draftId: draft.value };
  return { ok: false, outcome: callFailed(draft.failure, "effect", SECRET) };
}

/** The id of the thread to continue, or null for a new one. */
async function threadOf(
  gmail: Gmail,
  { thread_id, to }: Params,
  { releasedAtMs, correlationId }: Attempt,
): Promise<CallResult<string | null>> {
  if (thread_id !== LATEST_THREAD) return { ok: true, value: thread_id, status: 200, headers: new Headers() };
  return gmail.threadFrom(to[0]?.email ?? "", releasedAtMs - LATELY_MS, correlationId);
}

function replySubject(answered: string): string {
  return /^re:/i.test(answered) ? answered : `Re: ${answered}`;
}

function traceSearch(to: readonly { email: string }[], { actionId, releasedAtMs, correlationId }: Attempt) {
  return { actionId, to: to[0]?.email ?? "", sinceMs: releasedAtMs - CLOCK_SKEW_MS, correlationId };
}

function filed(as: "sent" | "draft", id: string, mailbox: string, nowMs: number): ActionOutcome {
  const place = as === "sent" ? `all/${id}` : "drafts";
  const url = `https://mail.google.com/mail/u/?authuser=${encodeURIComponent(mailbox)}#${place}`;
  return { kind: "executed", effect: mailEffect({ as, id, url, system: "Gmail", mailbox }, nowMs) };
}
