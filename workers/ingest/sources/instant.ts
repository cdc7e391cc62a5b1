// Moments as strangers write them: ISO 8601 with an offset, or a count since 1970 in seconds, milliseconds,
// microseconds or nanoseconds. Rule: a moment means the same instant wherever it is read, so a time without its offset
// is none; and nothing that a guess would have to complete is guessed.

/** RFC 3339, with any number of decimals, and the offset without its colon as Salesforce writes it (`+0000`). */
const DATE_TIME = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d{1,12}))?(?:([Zz])|([+-]\d\d):?(\d\d))$/;

/** A count since 1970; one with decimals is of seconds. Read digit by digit: nanoseconds are beyond 2^53. */
const EPOCH = /^0*(\d{1,19})(?:\.(\d{1,9}))?$/;

/**
 * Each unit by its longest counts: 10^11 seconds are the year 5138, 10^11 milliseconds were in 1973, and so on.
 * `finer` is by how many digits it is finer than a millisecond.
 */
const UNITS = [
  { digits: 11, finer: -3 },
  { digits: 14, finer: 0 },
  { digits: 17, finer: 3 },
  { digits: 19, finer: 6 },
];

/** The last millisecond of the year 9999; later ones have no four-digit year. */
const MAX_EPOCH_MS = 253_402_300_799_999;

/**
 * The same moment as the contract's Instant (`2026-11-21T08:00:00.000Z`; finer decimals are cut off), or null when
 * `value` is not one: no offset, a day that no calendar has, before 1970 or after 9999. Digits may come as text.
 */
export function instantOf(value: unknown): string | null {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
  const epochMs = countMsOf(text) ?? dateTimeMsOf(text);
  return epochMs === null || epochMs < 0 || epochMs > MAX_EPOCH_MS ? null : new Date(epochMs).toISOString();
}

function countMsOf(text: string): number | null {
  const [, count, decimals] = EPOCH.exec(text) ?? [];
  if (count === undefined) return null;
  if (decimals !== undefined) return Number(count) * 1000 + Number(decimals.padEnd(3, "0").slice(0, 3));
  const finer = UNITS.find(({ digits }) => count.length <= digits)?.finer ?? 0;
  return finer < 0 ? Number(count) * 1000 : Number(count.slice(0, count.length - finer));
}

function dateTimeMsOf(text: string): number | null {
  const [, day, time, decimals = "", utc, hours = "+00", minutes = "00"] = DATE_TIME.exec(text) ?? [];
  if (day === undefined || time === undefined) return null;
  const millis = decimals.padEnd(3, "0").slice(0, 3);
  const local = `${day}T${time}.${millis}Z`;
  const localMs = Date.parse(local);
  // Date.parse takes February 30 for March 2 and 24:00 for the next day; neither comes back as it was written.
  if (Number.isNaN(localMs) || new Date(localMs).toISOString() !== local) return null;
  if (utc === undefined && (Math.abs(Number(hours)) > 23 || Number(minutes) > 59)) return null;
  const sign = hours.startsWith("-") ? -1 : 1;
  return localMs - sign * (Math.abs(Number(hours)) * 60 + Number(minutes)) * 60_000;
}
