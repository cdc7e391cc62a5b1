// Who is asking, on which actions they may decide and which they may see. Rule: a rep has their own, those that nobody
// owns and what was escalated to them; a manager their team's, too; an operator all of them; a viewer sees all of them
// and decides on none. Nobody else's are shown.
import type { ActionSnapshot } from "#contract/action-state.ts";

export const ROLES = ["viewer", "rep", "manager", "operator"] as const;
type Role = (typeof ROLES)[number];

export type Identity = {
  /** Lower case. */
  email: string;
  role: Role;
  /** Whose actions a manager decides on, in lower case; empty for every other role. */
  team: readonly string[];
};

/** Who API calls without a session act as in local mode, so that curl works. Not a real address on purpose. */
export const LOCAL_OPERATOR: Identity = { email: "operator@localhost", role: "operator", team: [] };

/** Whether everything is shown to `identity`, whosever it is. */
export function seesAll({ role }: Identity): boolean {
  return role === "operator" || role === "viewer";
}

/** Whether an action, its content and what became of it are shown to `identity`. */
export function mayLookAt(identity: Identity, snapshot: Pick<ActionSnapshot, "action" | "escalated_to">): boolean {
  return seesAll(identity) || notAllowedTo(identity, snapshot) === null;
}

/** Why `identity` may not decide on this action, in words for them; null when they may. */
export function notAllowedTo(
  identity: Identity,
  { action: { owner }, escalated_to }: Pick<ActionSnapshot, "action" | "escalated_to">,
): string | null {
  if (identity.role === "operator") return null;
  if (identity.role === "viewer")
    return "You can look at everything and decide on nothing. Ask an operator if you should.";
  const email = owner?.email?.toLowerCase() ?? null;
  if (owner === null || email === null || email === identity.email) return null;
  if (escalated_to?.email?.toLowerCase() === identity.email) return null;
  if (identity.role === "manager") {
    const leads = identity.team.includes(email) || owner.manager?.email?.toLowerCase() === identity.email;
    if (leads) return null;
  }
  return `This belongs to ${owner.name} (${owner.email}). Ask them to decide, or to reassign it to you.`;
}
