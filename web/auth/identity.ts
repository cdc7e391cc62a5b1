// Who is asking, and on which actions they may decide. Rule: everybody known may look; a rep decides on their own
// actions, on those that nobody owns and on what was escalated to them; a manager on their team's, too; an operator on
// all of them; a viewer on none.
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

/** Why `identity` may not decide on this action, in words for them; null when they may. */
export function notAllowedTo(identity: Identity, { action: { owner }, escalated_to }: ActionSnapshot): string | null {
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
