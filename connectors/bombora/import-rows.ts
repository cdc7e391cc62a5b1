// From the text of a report to events, in constant memory. Rules: nothing more is read before the queue took what was
// read; a row that is not understood costs no other; whatever stops it, what was taken and where to go on is known.
import type { IntentObserved } from "#contract/intent-observed.ts";
import { type CsvRecord, createCsvReader } from "./csv-reader.ts";
import type { TextPiece } from "./file-text.ts";
import { type ColumnMap, type Layout, layoutOf } from "./layout.ts";
import { createParts } from "./parts.ts";
import { readRow } from "./read-row.ts";

export type ReportFile = {
  source: string;
  fileId: string;
  /** The day of the report where a row has no date of its own, and the last day that one may have. */
  reportDate: string;
  latestDate: string;
  columns: ColumnMap | null;
  /** Rows before it were taken already, from 1. */
  fromRow: number;
  /** How many rejected rows are kept to be shown; 20 unless it says so. */
  shownRows?: number;
};

/** Called after so many rows, when all of them are taken; false ends the run there. */
export type Checkpoint = { everyRows: number; reached(progress: Progress): Promise<boolean> };

type BrokenRow = { row: number; reason: string; text: string };

/** `rows` = accepted + ignored + rejected, from `fromRow` on; ignored are repetitions of the row before. */
export type Progress = {
  rows: number;
  accepted: number;
  ignored: number;
  rejected: number;
  /** Where to go on: every row before it was taken or rejected. */
  nextRow: number;
  /** The first few that were rejected. */
  broken: BrokenRow[];
};

export type Imported =
  | { kind: "done"; progress: Progress }
  /** A checkpoint ended the run; what is left begins at `nextRow`. */
  | { kind: "paused"; progress: Progress }
  /** The file ends where it should not; all that came before is taken. */
  | { kind: "broken_off"; reason: string; progress: Progress }
  /** Rows after `nextRow` may be counted as ignored or rejected; they will be again. */
  | { kind: "queue_refused"; reason: string; progress: Progress }
  /** Nothing was taken. */
  | { kind: "not_understood"; reason: string };

/** Answers once the queue took them: null, or why it did not. */
type Send = (parts: readonly IntentObserved[]) => Promise<string | null>;

const SHOWN_ROWS = 20;
/** As many packs as one call to the queue takes (240 KB). */
const PARTS_A_SEND = 4;

/**
 * Reads `texts` to the end, or to what stops it, and sends the rows in parts. Never throws but for a bug. At most as many
 * rows are held as one send takes, besides those of one piece of text.
 */
export async function importRows(
  file: ReportFile,
  texts: AsyncIterable<TextPiece>,
  send: Send,
  checkpoint?: Checkpoint,
): Promise<Imported> {
  const shownRows = file.shownRows ?? SHOWN_ROWS;
  const reader = createCsvReader();
  const parts = createParts(file.source, file.fileId);
  const progress: Progress = { rows: 0, accepted: 0, ignored: 0, rejected: 0, nextRow: file.fromRow, broken: [] };
  let layout: Layout | null = null;
  let lastRow = file.fromRow - 1;
  let before = "";
  let checkedRows = 0;

  const isDue = (row: number): boolean => {
    if (row < file.fromRow) return false;
    progress.rows += 1;
    lastRow = row;
    return true;
  };
  const reject = (row: number, reason: string, text: string) => {
    progress.rejected += 1;
    if (progress.broken.length < shownRows) progress.broken.push({ row, reason, text: text.slice(0, 500) });
  };
  /** Why the whole file can't be read, or null. */
  const take = (record: CsvRecord): string | null => {
    const { row } = record;
    if (!record.ok) {
      if (isDue(row)) reject(row, record.reason, record.text);
      return null;
    }
    if (layout === null) {
      const found = layoutOf(record.fields, file.columns);
      if (!found.ok) return found.reason;
      layout = found.layout;
      if (layout.hasHeader) return null;
    }
    if (!isDue(row)) return null;
    const read = readRow(record.fields, layout, file.reportDate, file.latestDate);
    if (!read.ok) {
      reject(row, read.reason, record.fields.join(","));
      return null;
    }
    // A feed has one row for each metropolitan area, with the same score for the company as a whole.
    const { domain, topic, score } = read.row;
    const key = JSON.stringify([domain, topic, score, read.date]);
    if (key === before) progress.ignored += 1;
    else parts.add(read.row, read.date, row);
    before = key;
    return null;
  };
  const flush = async (full: readonly IntentObserved[]): Promise<Imported | null> => {
    const refusal = full.length === 0 ? null : await send(full);
    if (refusal !== null) {
      return { kind: "queue_refused", reason: refusal, progress: { ...progress, nextRow: full[0]?.first_row ?? 1 } };
    }
    progress.accepted += full.reduce((sum, part) => sum + part.rows.length, 0);
    progress.nextRow = parts.firstRow() ?? lastRow + 1;
    return null;
  };
  const check = async ({ reached }: Checkpoint): Promise<Imported | null> => {
    checkedRows = progress.rows;
    const refused = await flush(parts.takeAll());
    if (refused !== null) return refused;
    return (await reached(progress)) ? null : { kind: "paused", progress };
  };
  const absorb = async (records: Iterable<CsvRecord>): Promise<Imported | null> => {
    for (const record of records) {
      const unreadable = take(record);
      if (unreadable !== null) return { kind: "not_understood", reason: unreadable };
      const refused = parts.full() < PARTS_A_SEND ? null : await flush(parts.takeFull());
      if (refused !== null) return refused;
      const due = checkpoint !== undefined && progress.rows - checkedRows >= checkpoint.everyRows;
      const paused = due ? await check(checkpoint) : null;
      if (paused !== null) return paused;
    }
    return null;
  };

  let brokenOff: string | null = null;
  for await (const piece of texts) {
    if (piece.ok) {
      const stopped = await absorb(reader.read(piece.text));
      if (stopped !== null) return stopped;
    } else brokenOff = piece.reason;
  }
  // What a broken file ends with may be half a row.
  const stopped = (brokenOff === null ? await absorb(reader.end()) : null) ?? (await flush(parts.takeAll()));
  if (stopped !== null) return stopped;
  return brokenOff === null ? { kind: "done", progress } : { kind: "broken_off", reason: brokenOff, progress };
}
