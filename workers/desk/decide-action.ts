// A person's decision on one action, the same for the page and for the API. Rule: the Deal object is the authority;
// the read model only tells which object to ask, and who may decide is checked on what that object says now.
import { ActionContent } from "#contract/action.ts";
import type { ActionSnapshot, Actor } from "#contract/action-state.ts";
import type { Decision, Refusal } from "#contract/deal.ts";
import type { FieldError } from "#web/api/field-error.ts";
import { type Identity, notAllowedTo } from "#web/auth/identity.ts";
import type { DealClient, DealFailure } from "./deal-client.ts";

export type DecisionRefusal =
  | { code: Refusal["code"]; message: string; snapshot: ActionSnapshot | null; errors: readonly FieldError[] }
  /** `snapshot` is what the caller may be shown: nothing. `current` keeps cards of whoever was asked before true. */
  | { code: "not_allowed"; message: string; snapshot: null; current: ActionSnapshot }
  | { code: DealFailure["code"]; message: string; snapshot: null };
export type DecisionOutcome = { ok: true; snapshot: ActionSnapshot } | { ok: false; refusal: DecisionRefusal };

export type DecidePorts = {
  /** Which Deal object holds the action. */
  readModel: { action(actionId: string): Promise<Pick<ActionSnapshot, "subject"> | null> };
  deal: DealClient;
};

/** The action as it is now, and the others on its deal, newest first. */
export async function actionsOnDeal(
  actionId: string,
  ports: DecidePorts,
): Promise<
  { ok: true; snapshot: ActionSnapshot; others: readonly ActionSnapshot[] } | { ok: false; refusal: DecisionRefusal }
> {
  const row = await ports.readModel.action(actionId);
  if (row === null) return notFound();
  const listed = await ports.deal.list(row.subject);
  if (!listed.ok) return unanswered(listed);
  const snapshot = listed.value.find(({ action }) => action.action_id === actionId);
  if (snapshot === undefined) return notFound();
  return { ok: true, snapshot, others: listed.value.filter((each) => each !== snapshot) };
}

/** The action as its Deal object tells it now. */
export async function currentAction(actionId: string, ports: DecidePorts): Promise<DecisionOutcome> {
  const found = await actionsOnDeal(actionId, ports);
  return found.ok ? { ok: true, snapshot: found.snapshot } : found;
}

/** Decides as `identity`, or says why not. */
export async function decideAction(
  actionId: string,
  decision: Decision,
  by: { identity: Identity; via: Extract<Actor["via"], "page" | "api" | "slack" | "link"> },
  ports: DecidePorts,
): Promise<DecisionOutcome> {
  const current = await currentAction(actionId, ports);
  if (!current.ok) return current;
  const { snapshot } = current;

  const forbidden = notAllowedTo(by.identity, snapshot);
  if (forbidden !== null) return { ok: false, refusal: notAllowed(forbidden, snapshot) };
  if (decision.kind === "edit") {
    const errors = paramErrors(snapshot, decision.params);
    const message = "The edited content is not complete; see the fields named here.";
    if (errors.length > 0) return { ok: false, refusal: { code: "invalid_params", message, snapshot, errors } };
  }

  const actor = { kind: "person", id: by.identity.email, via: by.via } as const;
  const answer = await ports.deal.decide(snapshot.subject, { action_id: actionId, actor, decision });
  if (!answer.ok) return unanswered(answer);
  if (answer.value.ok) return { ok: true, snapshot: answer.value.snapshot };
  const { code, message, snapshot: now } = answer.value;
  return { ok: false, refusal: { code, message, snapshot: now, errors: [] } };
}

/** What is wrong with edited params, each with its JSON pointer into the request. */
function paramErrors({ action }: ActionSnapshot, params: Record<string, unknown>): FieldError[] {
  const result = ActionContent.safeParse({ type: action.type, target: action.target, params });
  if (result.success) return senderErrors(action, result.data);
  return result.error.issues.map(({ path, message }) => ({
    pointer: `/${path.map(String).join("/")}`,
    detail: message,
  }));
}

/** Nobody sends in another's name: whose mailbox it goes out from is the plan's say, not an edit's. */
function senderErrors(before: ActionContent, after: ActionContent): FieldError[] {
  const detail = "the sender can't be changed; reassign the action instead";
  return senderOf(before) === senderOf(after) ? [] : [{ pointer: "/params", detail }];
}

function senderOf({ type, params }: ActionContent): string | null {
  if (type === "draft_followup") return params.from;
  return type === "enroll_sequence" ? params.sender : null;
}

type Refused = Extract<DecisionOutcome, { ok: false }>;

export function notAllowed(message: string, current: ActionSnapshot): DecisionRefusal {
  return { code: "not_allowed", message, snapshot: null, current };
}

function notFound(): Refused {
  const message = "No such action. If it was proposed just now, it takes a few seconds to appear here; try again.";
  return { ok: false, refusal: { code: "not_found", message, snapshot: null, errors: [] } };
}

function unanswered({ code }: DealFailure): Refused {
  const message =
    code === "overloaded"
      ? "This deal is very busy right now. Nothing was changed; try again in a few seconds."
      : "The deal did not answer. Reload to see whether your decision arrived, then try again.";
  return { ok: false, refusal: { code, message, snapshot: null } };
}
