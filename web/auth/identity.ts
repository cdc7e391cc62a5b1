// Who is asking, and on which actions they may decide. Rule: a rep decides on their own actions and on those that
// nobody owns; an operator (named in OPERATORS, or the one of a local installation) decides on all of them.
import type { ActionSnapshot } from "#contract/action-state.ts";

export type Identity = {
  /** Lower case. */
  email: string;
  role: "rep" | "operator";
};

/** Who API calls without a session act as in local mode, so that curl works. Not a real address on purpose. */
export const LOCAL_OPERATOR: Identity = { email: "operator@localhost", role: "operator" };

/** The identity behind an e-mail address that has been proven. */
export function identityOf(email: string): Identity {
  const lower = email.trim().toLowerCase();
  return lower === LOCAL_OPERATOR.email ? LOCAL_OPERATOR : { email: lower, role: "rep" };
}

/** The other person whose decision this is, or null when `identity` may decide. */
export function ownedByAnother(identity: Identity, snapshot: ActionSnapshot): { name: string; email: string } | null {
  const { owner } = snapshot.action;
  if (identity.role === "operator" || owner === null || owner.email === null) return null;
  return owner.email.toLowerCase() === identity.email ? null : { name: owner.name, email: owner.email };
}
