// A person's decision on one action, the same for the page and for the API. Rule: the Deal object is the authority;
// the read model only tells which object to ask, and who may decide is checked on what that object says now.
import { ActionContent } from "#contract/action.ts";
import type { ActionSnapshot, Actor } from "#contract/action-state.ts";
import type { Decision, Refusal } from "#contract/deal.ts";
import type { FieldError } from "#web/api/field-error.ts";
import { type Identity, ownedByAnother } from "#web/auth/identity.ts";
import type { DealClient, DealFailure } from "./deal-client.ts";
import type { ReadModel } from "./read-model.ts";

export type DecisionRefusal =
  | { code: Refusal["code"]; message: string; snapshot: ActionSnapshot | null; errors: readonly FieldError[] }
  | { code: "owned_by_another"; message: string; snapshot: ActionSnapshot }
  | { code: DealFailure["code"]; message: string; snapshot: null };
export type DecisionOutcome = { ok: true; snapshot: ActionSnapshot } | { ok: false; refusal: DecisionRefusal };

export type DecidePorts = { readModel: Pick<ReadModel, "action">; deal: DealClient };

/** The action as its Deal object tells it now. */
export async function currentAction(actionId: string, ports: DecidePorts): Promise<DecisionOutcome> {
  const row = await ports.readModel.action(actionId);
  if (row === null) return notFound();
  const listed = await ports.deal.list(row.subject);
  if (!listed.ok) return unanswered(listed);
  const snapshot = listed.value.find(({ action }) => action.action_id === actionId);
  return snapshot === undefined ? notFound() : { ok: true, snapshot };
}

/** Decides as `identity`, or says why not. */
export async function decideAction(
  actionId: string,
  decision: Decision,
  by: { identity: Identity; via: Extract<Actor["via"], "page" | "api"> },
  ports: DecidePorts,
): Promise<DecisionOutcome> {
  const current = await currentAction(actionId, ports);
  if (!current.ok) return current;
  const { snapshot } = current;

  const owner = ownedByAnother(by.identity, snapshot);
  if (owner !== null) {
    const message = `This belongs to ${owner.name} (${owner.email}). Ask them to decide, or to reassign it to you.`;
    return { ok: false, refusal: { code: "owned_by_another", message, snapshot } };
  }
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
  if (result.success) return [];
  return result.error.issues.map(({ path, message }) => ({
    pointer: `/${path.map(String).join("/")}`,
    detail: message,
  }));
}

function notFound(): DecisionOutcome {
  const message = "No such action. If it was proposed just now, it takes a few seconds to appear here; try again.";
  return { ok: false, refusal: { code: "not_found", message, snapshot: null, errors: [] } };
}

function unanswered({ code }: DealFailure): DecisionOutcome {
  const message =
    code === "overloaded"
      ? "This deal is very busy right now. Nothing was changed; try again in a few seconds."
      : "The deal did not answer. Reload to see whether your decision arrived, then try again.";
  return { ok: false, refusal: { code, message, snapshot: null } };
}
