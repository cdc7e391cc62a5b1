// How letters and their issues reach D1. Rules: a letter that comes back after a replay is the same row again, open, with
// its attempts added up; a resolved issue that recurs is open again, an acknowledged one stays so.
import type { LetterRow } from "../letter-rows.ts";
import type { IssueRow } from "./issue-rows.ts";

const LETTERS = [
  "letter_id",
  "queue",
  "stage",
  "code",
  "reason",
  "attempts",
  "signal_id",
  "correlation_id",
  "failed_at",
  "state",
  "event",
  "fingerprint",
  "first_failed_at",
  "told_by",
  "times",
  "raw_ref",
  "history",
] as const satisfies readonly (keyof LetterRow)[];

const ISSUES = [
  "fingerprint",
  "queue",
  "stage",
  "code",
  "reason",
  "state",
  "first_at",
  "last_at",
  "letters",
  "reopened",
] as const satisfies readonly (keyof IssueRow)[];

const values = (columns: readonly string[]) => columns.map((column) => `value->>'${column}'`).join(", ");

export const LETTER_STATEMENT = {
  columns: LETTERS,
  sql: `INSERT INTO dead_letters (${LETTERS.join(", ")}) SELECT ${values(LETTERS)} FROM json_each(?1) WHERE true
    ON CONFLICT (letter_id) DO UPDATE SET stage = excluded.stage, code = excluded.code, reason = excluded.reason,
      attempts = dead_letters.attempts + excluded.attempts, failed_at = excluded.failed_at, state = 'open',
      event = excluded.event, fingerprint = excluded.fingerprint, told_by = excluded.told_by,
      times = dead_letters.times + 1, replay_id = NULL
    WHERE excluded.told_by <> dead_letters.told_by AND excluded.failed_at > dead_letters.failed_at`,
};

export const ISSUE_STATEMENT = {
  columns: ISSUES,
  sql: `INSERT INTO dead_letter_issues (${ISSUES.join(", ")}) SELECT ${values(ISSUES)} FROM json_each(?1) WHERE true
    ON CONFLICT (fingerprint) DO UPDATE SET last_at = max(dead_letter_issues.last_at, excluded.last_at),
      letters = dead_letter_issues.letters + excluded.letters,
      reopened = dead_letter_issues.reopened + (dead_letter_issues.state = 'resolved'),
      state = CASE dead_letter_issues.state WHEN 'resolved' THEN 'open' ELSE dead_letter_issues.state END`,
};
