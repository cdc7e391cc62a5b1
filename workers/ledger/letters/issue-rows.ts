// The issues of a batch of letters: one row for each cause. Rule: a recurrence counts as one more failure of the letter it
// is, not as a letter more.
import type { deadLetterIssues } from "#contract/tables.ts";
import type { LetterRow } from "../letter-rows.ts";

export type IssueRow = typeof deadLetterIssues.$inferSelect;

/** `known` are the ids of letters that were here before. */
export function issueRows(letters: readonly LetterRow[], known: { has(letterId: string): boolean }): IssueRow[] {
  const groups = Map.groupBy(letters, ({ fingerprint }) => fingerprint);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { fingerprint, queue, stage, code, reason } = first;
    const times = group.map(({ failed_at }) => failed_at).sort();
    return {
      fingerprint,
      queue,
      stage,
      code,
      reason,
      state: "open",
      first_at: times[0] ?? first.failed_at,
      last_at: times.at(-1) ?? first.failed_at,
      letters: group.filter(({ letter_id }) => !known.has(letter_id)).length,
      reopened: 0,
      changed_by: null,
      changed_at: null,
    };
  });
}
