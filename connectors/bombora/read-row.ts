// One row of a file as the contract wants it. Rule: the contract says what is valid; here is only put right what
// spreadsheets do to it (case, spaces), and company facts too long to keep are cut, for they identify nothing.
import { IntentRow } from "#contract/intent-observed.ts";
import { describeIssues } from "#contract/messages.ts";
import type { Layout } from "./layout.ts";
import { dateOf } from "./report-date.ts";

export type ReadRow = { ok: true; row: IntentRow; date: string } | { ok: false; reason: string };

/** `date` is the report's where the row has none; one after `latest` is refused. */
export function readRow(fields: readonly string[], layout: Layout, date: string, latest: string): ReadRow {
  if (fields.length !== layout.width) {
    return { ok: false, reason: `${fields.length} columns, where the first row has ${layout.width}` };
  }
  const textOf = (column: number | undefined) => (column === undefined ? "" : (fields[column] ?? "").trim());
  const factOf = (column: number | undefined, length: number) => textOf(column).slice(0, length).toWellFormed() || null;
  const dated = textOf(layout.date);
  const ownDate = dated === "" ? date : dateOf(dated);
  if (ownDate === null)
    return { ok: false, reason: `the date ${JSON.stringify(dated.slice(0, 40))} is not understood` };
  if (ownDate > latest) return { ok: false, reason: `the date ${ownDate} has not come yet` };
  const score = textOf(layout.score);
  const row = IntentRow.safeParse({
    domain: textOf(layout.domain).toLowerCase(),
    topic: textOf(layout.topic),
    score: /^\d{1,3}(\.\d{1,6})?$/.test(score) ? Number(score) : Number.NaN,
    company: factOf(layout.company, 200),
    size: factOf(layout.size, 100),
    industry: factOf(layout.industry, 200),
  });
  return row.success ? { ok: true, row: row.data, date: ownDate } : { ok: false, reason: describeIssues(row.error) };
}
