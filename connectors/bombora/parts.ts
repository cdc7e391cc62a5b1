// Collects rows into parts of a report, each an event that fills one pack. Rule: a part never exceeds what the contract
// and a queue message take, whatever the rows are like, and has one date.
import type { IntentObserved, IntentRow } from "#contract/intent-observed.ts";
import { PACK_BYTES } from "#contract/queues.ts";

const MAX_PART_ROWS = 400;
/** The envelope, and the part's own fields with a long file name. */
const ENVELOPE_BYTES = 2_000;

export type Parts = {
  add(row: IntentRow, date: string, rowNumber: number): void;
  /** How many are full. */
  full(): number;
  takeFull(): IntentObserved[];
  /** Those and the last one, which is not full. */
  takeAll(): IntentObserved[];
  /** Number of the first row that was not taken; null when all were. */
  firstRow(): number | null;
};

/** None yet; `source` and `fileId` are those of every part. */
export function createParts(source: string, fileId: string): Parts {
  const parts: IntentObserved[] = [];
  let bytes = 0;
  const encoder = new TextEncoder();
  return {
    add(row, date, rowNumber) {
      const size = encoder.encode(JSON.stringify(row)).byteLength + 1;
      const last = parts.at(-1);
      const fits = bytes + size <= PACK_BYTES - ENVELOPE_BYTES;
      if (last !== undefined && fits && last.rows.length < MAX_PART_ROWS && last.report_date === date) {
        last.rows.push(row);
        bytes += size;
      } else {
        parts.push({ source, report_date: date, file_id: fileId, first_row: rowNumber, rows: [row] });
        bytes = size;
      }
    },
    full: () => Math.max(parts.length - 1, 0),
    takeFull: () => parts.splice(0, parts.length - 1),
    takeAll: () => parts.splice(0),
    firstRow: () => parts[0]?.first_row ?? null,
  };
}
