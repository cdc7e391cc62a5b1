// draft_followup in Microsoft 365: a draft in the rep's own Exchange mailbox, sent at once or left there. Graph takes no
// idempotency key. What makes it once: a draft can be sent a single time, and it carries the action's id, by which it is
// found again, in whatever folder, before a new one is made.
import type * as z from "zod";
import { createMsgraph, type GraphMessage, type Msgraph } from "#connectors/msgraph.ts";
import { msgraphAccessToken } from "#connectors/msgraph-token.ts";
import { DraftFollowup, LATEST_THREAD } from "#contract/action.ts";
import type { Effect } from "#contract/action-state.ts";
import type { CallResult } from "#runtime/http.ts";
import { type ActionPorts, type Attempt, actionAdapter } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { callFailed } from "./call-failure.ts";
import { takingBackFailed } from "./compensation-outcome.ts";
import { alreadySent, draftDeleted, draftOf, draftRemains, LATELY_MS, mailEffect } from "./mail-effect.ts";
import { neededSettings } from "./needed-settings.ts";

type Params = z.infer<typeof DraftFollowup>["params"];

const SECRET = "MSGRAPH_CLIENT_SECRET";
const SETTINGS = ["MSGRAPH_API_URL", "MSGRAPH_LOGIN_URL", "MSGRAPH_TENANT_ID", "MSGRAPH_CLIENT_ID", SECRET] as const;
const THROWN_AWAY = "the draft was thrown away before it was sent";

export const draftFollowupMsgraph = actionAdapter(DraftFollowup, "msgraph", perform, deleteDraft);

async function perform(params: Params, attempt: Attempt, ports: ActionPorts): Promise<ActionOutcome> {
  const connected = connect(params.from, ports);
  if (!connected.ok) return connected.outcome;
  const { graph } = connected;
  const done = ({ id, url }: GraphMessage, as: "sent" | "draft"): ActionOutcome => {
    return {
      kind: "executed",
      effect: mailEffect({ as, id, url, system: "Outlook", mailbox: params.from }, ports.now()),
    };
  };

  const trace = attempt.maybeDone ? await graph.findByMark(attempt.actionId, attempt.correlationId) : null;
  if (trace !== null && !trace.ok) return callFailed(trace.failure, "lookup", SECRET);
  if (trace?.value.kind === "sent") return done(trace.value.message, "sent");
  if (trace?.value.kind === "deleted") return { kind: "rejected", reason: THROWN_AWAY };

  let draft: GraphMessage;
  if (trace?.value.kind === "draft") draft = trace.value.message;
  else {
    const created = await createDraft(graph, params, attempt);
    if (!created.ok) return callFailed(created.failure, "effect", SECRET);
    draft = created.value;
  }
  if (params.deliver === "draft") return done(draft, "draft");

  const sent = await graph.sendDraft(draft.id, attempt.correlationId);
  if (sent.ok) return done(draft, "sent");
  const { failure } = sent;
  if (failure.kind !== "not_found" && failure.kind !== "rejected") {
    const failed = callFailed(failure, "effect", SECRET);
    // Even when nothing was sent there is a draft now: the next attempt has to find it and not make another.
    return failed.kind === "retry" ? { ...failed, effectUnknown: true } : failed;
  }
  // No draft any more, or no mail that can be sent: the mailbox says which.
  const after = await graph.findByMark(attempt.actionId, attempt.correlationId);
  if (!after.ok) return callFailed(after.failure, "lookup", SECRET);
  if (after.value.kind === "sent") return done(after.value.message, "sent");
  return after.value.kind === "draft"
    ? callFailed(failure, "effect", SECRET)
    : { kind: "rejected", reason: THROWN_AWAY };
}

async function deleteDraft(params: Params, effect: Effect, attempt: Attempt, ports: ActionPorts) {
  const draftId = draftOf(effect);
  if (draftId === null) return alreadySent(params);
  const connected = connect(params.from, ports);
  if (!connected.ok) return connected.outcome;
  // Asked first, because deleting a message that was sent takes it out of the rep's sent items and nothing else.
  const trace = await connected.graph.findByMark(attempt.actionId, attempt.correlationId);
  if (!trace.ok) return takingBackFailed(trace.failure, draftRemains(params), SECRET);
  if (trace.value.kind === "sent") return alreadySent(params);
  if (trace.value.kind !== "draft") return draftDeleted(params.from);
  const deleted = await connected.graph.deleteDraft(trace.value.message.id, attempt.correlationId);
  if (deleted.ok || deleted.failure.kind === "not_found") return draftDeleted(params.from);
  return takingBackFailed(deleted.failure, draftRemains(params), SECRET);
}

type Connected = { ok: true; graph: Msgraph } | { ok: false; outcome: Extract<ActionOutcome, { kind: "credentials" }> };

function connect(mailbox: string, ports: ActionPorts): Connected {
  const needed = neededSettings(ports.settings, SETTINGS);
  if (!needed.ok) return needed;
  const { values } = needed;
  const login = {
    loginUrl: values.MSGRAPH_LOGIN_URL,
    tenantId: values.MSGRAPH_TENANT_ID,
    clientId: values.MSGRAPH_CLIENT_ID,
    clientSecret: values.MSGRAPH_CLIENT_SECRET,
  };
  const accessToken = msgraphAccessToken(login, ports.accessTokens, ports);
  return { ok: true, graph: createMsgraph({ apiUrl: values.MSGRAPH_API_URL, mailbox, accessToken }, ports) };
}

/** `thread_id` is Exchange's conversationId or LATEST_THREAD; a conversation that is not there gets a mail of its own. */
async function createDraft(
  graph: Msgraph,
  { thread_id, to, subject, body }: Params,
  { actionId, correlationId, releasedAtMs }: Attempt,
): Promise<CallResult<GraphMessage>> {
  const latest = () => graph.newestFrom(to[0]?.email ?? "", releasedAtMs - LATELY_MS, correlationId);
  const continued = (id: string) => (id === LATEST_THREAD ? latest() : graph.newestOf(id, correlationId));
  const newest = thread_id === null ? null : await continued(thread_id);
  if (newest !== null && !newest.ok && newest.failure.kind !== "not_found" && newest.failure.kind !== "rejected") {
    return newest;
  }
  const replyTo = newest?.ok ? newest.value : null;
  return graph.createDraft({ to, subject, body, mark: actionId }, replyTo, correlationId);
}
