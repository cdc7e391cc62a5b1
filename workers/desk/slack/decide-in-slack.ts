// A decision from Slack: the same as from a page, about an action that is found by its card. Rule: the Deal object is
// the authority and who may decide is checked on what it says now; a second click is no news to whoever made the first.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { FieldError } from "#web/api/field-error.ts";
import type { Identity } from "#web/auth/identity.ts";
import { notAllowedTo } from "#web/auth/identity.ts";
import { parseDecision, type Verb } from "../api/decision-body.ts";
import type { DealClient } from "../deal-client.ts";
import { currentAction, type DecidePorts, type DecisionRefusal, decideAction } from "../decide-action.ts";
import type { CardStore } from "./card-store.ts";

export type SlackDecidePorts = { store: Pick<CardStore, "of">; deal: DealClient; now(): number };

/** `say` is for the person, null when the card says it all; `snapshot` is what the cards are to show. */
export type Decided = {
  ok: boolean;
  say: string | null;
  snapshot: ActionSnapshot | null;
  errors: readonly FieldError[];
};

export async function decideInSlack(
  identity: Identity,
  actionId: string,
  verb: Verb,
  body: unknown,
  ports: SlackDecidePorts,
): Promise<Decided> {
  const parsed = parseDecision(verb, body, ports.now());
  if (!parsed.ok) {
    const say = parsed.errors.map(({ detail }) => detail).join("; ");
    return { ok: false, say, snapshot: null, errors: parsed.errors };
  }
  const outcome = await decideAction(actionId, parsed.decision, { identity, via: "slack" }, byCard(ports));
  if (outcome.ok) return { ok: true, say: null, snapshot: outcome.snapshot, errors: [] };
  const { refusal } = outcome;
  const say = isOwnSecondClick(refusal, identity) ? null : refusal.message;
  const snapshot = refusal.code === "not_allowed" ? refusal.current : refusal.snapshot;
  return { ok: false, say, snapshot, errors: "errors" in refusal ? refusal.errors : [] };
}

/** The action as it is now, when `identity` may still decide on it. */
export async function openToDecide(identity: Identity, actionId: string, ports: SlackDecidePorts): Promise<Decided> {
  const current = await currentAction(actionId, byCard(ports));
  if (!current.ok) return { ok: false, say: current.refusal.message, snapshot: null, errors: [] };
  const { snapshot } = current;
  const settled = snapshot.state === "pending" ? null : "This is decided already; the card shows how.";
  const say = notAllowedTo(identity, snapshot) ?? settled;
  return { ok: say === null, say, snapshot, errors: [] };
}

/** The read model is seconds behind; whoever clicks on a card can be faster. */
function byCard({ store, deal }: SlackDecidePorts): DecidePorts {
  return { readModel: { action: async (actionId) => (await store.of(actionId))[0] ?? null }, deal };
}

function isOwnSecondClick({ code, snapshot }: DecisionRefusal, { email }: Identity): boolean {
  const by = snapshot?.decided_by;
  return code === "wrong_state" && by?.id === email && by.via === "slack";
}
