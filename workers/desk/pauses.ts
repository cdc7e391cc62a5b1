// Pauses as the pages see them. Rule: `notAllowedToPause` is the only place that says who may stop what; the Deal
// objects decide by themselves what a pause stops, here it is only foretold.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { ControlsView, Pause, PauseScope } from "#contract/controls.ts";
import type { Identity } from "#web/auth/identity.ts";
import { TYPE_WORDS } from "#web/components/words.ts";

/** What will hold this action back when its time comes, or null. */
export function pauseOf({ action, subject }: ActionSnapshot, { pauses }: ControlsView): Pause | null {
  const owner = action.owner?.email?.toLowerCase();
  const stops = ({ on }: Pause) =>
    on.scope === "all" ||
    (on.scope === "rep" && on.email.toLowerCase() === owner) ||
    (on.scope === "type" && on.type === action.type) ||
    (on.scope === "deal" && on.subject === subject);
  return pauses.find(stops) ?? null;
}

/** Why `identity` may not pause or resume this, or null: everybody their own, a manager the team's, an operator all. */
export function notAllowedToPause({ email, role, team }: Identity, on: PauseScope): string | null {
  if (role === "operator") return null;
  if (on.scope !== "rep") return "Only an operator pauses or resumes more than one person's actions.";
  const rep = on.email.toLowerCase();
  if (role !== "viewer" && (rep === email || team.includes(rep))) return null;
  return "You can pause and resume your own actions and those of your team.";
}

/** `everything`, `what goes out for ana@…`. */
export function scopeWords(on: PauseScope): string {
  switch (on.scope) {
    case "all":
      return "everything";
    case "rep":
      return `what goes out for ${on.email}`;
    case "type":
      return `every ${TYPE_WORDS[on.type].name}`;
    case "deal":
      return `the deal ${on.subject}`;
  }
}
