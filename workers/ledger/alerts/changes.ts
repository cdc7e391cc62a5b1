// What is to be told: an alert when it begins and when it is over, and nothing in between. Pure. Rules: the new state is
// kept before it is told, marked as untold, so that a crash in between tells it later and never twice; what begins while
// it is muted is told when it outlasts that, and what nobody was told of has no end to tell.
import type { alerts } from "#contract/tables.ts";
import type { Alert } from "./evaluate.ts";

export type AlertRow = typeof alerts.$inferSelect;

const UNTOLD = "_untold";

/** The rows to write; see `isToTell`. `now` is an Instant. */
export function changes(firing: readonly Alert[], kept: readonly AlertRow[], now: string): AlertRow[] {
  const before = new Map(kept.map((row) => [row.alert, row]));
  const names = new Set(firing.map(({ alert }) => alert));
  const begun = firing
    .filter(({ alert }) => !isFiring(before.get(alert)))
    .map(({ alert, summary, link }) => {
      const { muted_until = null, muted_by = null } = before.get(alert) ?? {};
      return { alert, summary, link, state: `firing${UNTOLD}`, since: now, muted_until, muted_by };
    });
  const over = kept
    .filter((row) => isFiring(row) && !names.has(row.alert))
    .map((row) => {
      const isQuiet = isUntold(row) || isMuted(row, now);
      return { ...row, state: isQuiet ? "recovered" : `recovered${UNTOLD}`, since: now };
    });
  const changed = new Set([...begun, ...over].map(({ alert }) => alert));
  return [...begun, ...over, ...kept.filter((row) => isToTell(row, now) && !changed.has(row.alert))];
}

/** Of the rows of `changes` those that people hear of now. */
export function isToTell(row: AlertRow, now: string): boolean {
  return isUntold(row) && !isMuted(row, now);
}

/** The row once it was told. */
export function toldRow(row: AlertRow): AlertRow {
  return { ...row, state: row.state.replace(UNTOLD, "") };
}

function isUntold({ state }: AlertRow): boolean {
  return state.endsWith(UNTOLD);
}

function isFiring(row: AlertRow | undefined): boolean {
  return row?.state.startsWith("firing") ?? false;
}

function isMuted({ muted_until }: AlertRow, now: string): boolean {
  return muted_until !== null && muted_until > now;
}
