// The day that a report is of. Rule: it is what the file says, else what its name says, else what the sender says; the
// day of arrival is the last resort, and a day ahead of it is none, for it would make every later report look old.

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?$/;
const COMPACT = /^(\d{4})(\d\d)(\d\d)$/;
/** As American spreadsheets write it. */
const AMERICAN = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;
const IN_NAME = /(?<!\d)(20\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)/;

const DAY_MS = 86_400_000;

/** `2026-11-15` from `2026-11-15`, with or without a time, `20261115` or `11/15/2026`; null for anything else. */
export function dateOf(text: string): string | null {
  const [, month, day, ofYear] = AMERICAN.exec(text) ?? [];
  if (ofYear !== undefined) return calendarDay(ofYear, month, day);
  const [, year, isoMonth, isoDay] = ISO.exec(text) ?? COMPACT.exec(text) ?? [];
  return calendarDay(year, isoMonth, isoDay);
}

/** The date in a file's name, `surge-20261115.csv.gz`, or null. */
export function dateInName(name: string): string | null {
  const [, year, , month, day] = IN_NAME.exec(name) ?? [];
  return calendarDay(year, month, day);
}

/** The last day that a report may be of: tomorrow, for somewhere it is tomorrow already. */
export function latestDate(nowMs: number): string {
  return new Date(nowMs + DAY_MS).toISOString().slice(0, 10);
}

function calendarDay(year = "", month = "", day = ""): string | null {
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const ms = Date.parse(`${date}T00:00:00.000Z`);
  // Date.parse takes February 30 for March 2.
  return Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(date) ? null : date;
}
