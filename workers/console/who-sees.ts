// Which signals are shown to whom. Rule: viewers and operators see all of them; whoever else those that name them or one
// of their team (the owner of the deal stands in its trail), and those with an action that they may decide on.
import { nameTerm } from "#contract/search-terms.ts";
import { type Identity, mayLookAt, seesAll } from "#web/auth/identity.ts";
import type { FoundSignal } from "./read-model.ts";

/** More names than this would make every search slow; a team of that size has managers of its own. */
const MAX_PEOPLE = 100;

/** The addresses of which a signal has to name one to be listed; null when all are. */
export function peopleSeenBy(identity: Identity): readonly string[] | null {
  return seesAll(identity) ? null : [identity.email, ...identity.team].slice(0, MAX_PEOPLE);
}

export async function seesSignal(
  identity: Identity,
  { terms, actions }: Pick<FoundSignal, "terms" | "actions">,
): Promise<boolean> {
  const people = peopleSeenBy(identity);
  if (people === null || actions.some((each) => mayLookAt(identity, each))) return true;
  const names = await Promise.all(people.map((email) => nameTerm("name", email)));
  return names.some((name) => terms.includes(` ${name} `));
}

export const NOT_THEIRS = "This signal is about a deal that is neither yours nor your team’s.";
