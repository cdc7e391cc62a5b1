// What is to be told: an alert when it begins and when it is over, and nothing in between. Pure. Rule: the new state is
// kept before it is told, marked as untold, so that a crash in between tells it later and never twice.
import type { alerts } from "#contract/tables.ts";
import type { Alert } from "./evaluate.ts";

export type AlertRow = typeof alerts.$inferSelect;

const UNTOLD = "_untold";

/** The rows to write; those that end in `_untold` are to be told. `now` is an Instant. */
export function changes(firing: readonly Alert[], kept: readonly AlertRow[], now: string): AlertRow[] {
  const before = new Map(kept.map((row) => [row.alert, row]));
  const names = new Set(firing.map(({ alert }) => alert));
  const begun = firing
    .filter(({ alert }) => !isFiring(before.get(alert)))
    .map(({ alert, summary, link }) => {
      const { muted_until = null, muted_by = null } = before.get(alert) ?? {};
      return told({ alert, summary, link, state: "firing", since: now, muted_until, muted_by }, now);
    });
  const over = kept
    .filter((row) => isFiring(row) && !names.has(row.alert))
    .map((row) => told({ ...row, state: "recovered", since: now }, now));
  const changed = new Set([...begun, ...over].map(({ alert }) => alert));
  return [...begun, ...over, ...kept.filter((row) => isUntold(row) && !changed.has(row.alert))];
}

export function isUntold({ state }: Pick<AlertRow, "state">): boolean {
  return state.endsWith(UNTOLD);
}

/** `firing` or `recovered`, however far its telling got. */
export function stateOf({ state }: Pick<AlertRow, "state">): string {
  return state.replace(UNTOLD, "");
}

function isFiring(row: AlertRow | undefined): boolean {
  return row !== undefined && stateOf(row) === "firing";
}

function told(row: AlertRow, now: string): AlertRow {
  const isMuted = row.muted_until !== null && row.muted_until > now;
  return isMuted ? row : { ...row, state: `${row.state}${UNTOLD}` };
}
