// Which dead letters are meant: of an issue, of a queue, of a time, or named one by one. Rule: what was previewed and what
// is replayed are read by the same filter, and an empty one means every open letter.
import type { LetterFilter } from "#web/api/letters-body.ts";

export type Where = { sql: string; parameters: string[] };

/** Of open letters; columns of `l`. */
export function whereOpen(filter: LetterFilter): Where {
  const parts = ["l.state = 'open'"];
  const parameters: string[] = [];
  const add = (sql: string, value: string | undefined) => {
    if (value === undefined) return;
    parts.push(sql);
    parameters.push(value);
  };
  const ids = filter.letter_ids;
  add("l.letter_id IN (SELECT value FROM json_each(?))", ids === undefined ? undefined : JSON.stringify(ids));
  add("l.fingerprint = ?", filter.fingerprint);
  add("l.queue = ?", filter.queue);
  add("l.stage = ?", filter.stage);
  add("l.code = ?", filter.code);
  add("l.failed_at >= ?", filter.from);
  add("l.failed_at < ?", filter.to);
  return { sql: parts.join(" AND "), parameters };
}
