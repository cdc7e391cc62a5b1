// Days as rules count them. Rule: whole days in UTC, as of the moment the signal fired and not of now, so that a signal
// means the same when it is retried or replayed. UTC has no daylight saving, so a day is always 86,400,000 ms.
import * as z from "zod";

const DAY_MS = 86_400_000;
/** 9999-12-31T23:59:59.999Z: later ones have no four-digit year. */
const LATEST_MS = 253_402_300_799_999;

const IsoTime = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/**
 * Epoch milliseconds of a HubSpot time, in either of its forms: digits (epoch ms) or ISO 8601 with a zone; a date
 * alone is midnight UTC. Null for anything else, for days that no calendar has, and for years before 1970.
 */
export function parseTime(value: string): number | null {
  const ms = /^\d{1,15}$/.test(value) ? Number(value) : IsoTime.safeParse(value).success ? Date.parse(value) : -1;
  return ms >= 0 && ms <= LATEST_MS ? ms : null;
}

/** Whole days from `thenMs` to `asOfMs`, rounded down; 0 when it lies after, as a stage entered by the signal itself. */
export function daysSince(thenMs: number, asOfMs: number): number {
  return Math.max(0, Math.floor((asOfMs - thenMs) / DAY_MS));
}

/** Calendar days from the day of `asOfMs` to that of `closeMs`: 0 today, 1 tomorrow, negative when overdue. */
export function daysUntilDate(closeMs: number, asOfMs: number): number {
  return Math.floor(closeMs / DAY_MS) - Math.floor(asOfMs / DAY_MS);
}

/** The UTC date, `2026-12-03`. */
export function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
