// Days in UTC, as of a moment that is given.
import fc from "fast-check";
import { expect, test } from "vitest";
import { dateOf, daysSince, daysUntilDate, parseTime } from "./days.ts";

const at = (iso: string) => Date.parse(iso);
const DAY_MS = 86_400_000;

test.each([
  ["1782371972793", "2026-06-25T07:19:32.793Z"],
  ["0", "1970-01-01T00:00:00.000Z"],
  ["2026-12-03T17:00:00Z", "2026-12-03T17:00:00.000Z"],
  ["2026-12-03T17:00:00.5Z", "2026-12-03T17:00:00.500Z"],
  ["2026-12-03T00:30:00+02:00", "2026-12-02T22:30:00.000Z"],
  ["2026-12-03", "2026-12-03T00:00:00.000Z"],
  ["2028-02-29", "2028-02-29T00:00:00.000Z"],
])("%s is read as %s", (value, expected) => {
  expect(parseTime(value)).toBe(at(expected));
});

test.each([
  "",
  " ",
  "tomorrow",
  "12/03/2026",
  "2026-12-03T17:00:00",
  "2027-02-29",
  "2026-02-30T00:00:00Z",
  "2026-13-01",
  "-1",
  "1.5",
  "1e12",
  "9999999999999999",
  "999999999999999",
  "1969-12-31",
])("%j is no time", (value) => {
  expect(parseTime(value)).toBeNull();
});

test("a day is 24 hours, rounded down", () => {
  expect(daysSince(at("2026-11-07T15:30:00Z"), at("2026-11-21T15:29:59.999Z"))).toBe(13);
  expect(daysSince(at("2026-11-07T15:30:00Z"), at("2026-11-21T15:30:00Z"))).toBe(14);
});

test("what happened after the signal is zero days ago", () => {
  expect(daysSince(at("2026-11-21T15:30:00.900Z"), at("2026-11-21T15:30:00Z"))).toBe(0);
  expect(daysSince(at("2026-12-21T00:00:00Z"), at("2026-11-21T15:30:00Z"))).toBe(0);
});

test("a close date is a date: the hour does not count, and yesterday is overdue", () => {
  const fired = at("2026-11-21T23:59:59.999Z");
  expect(daysUntilDate(at("2026-11-21T00:00:00Z"), fired)).toBe(0);
  expect(daysUntilDate(at("2026-11-22T00:00:00Z"), fired)).toBe(1);
  expect(daysUntilDate(at("2026-11-20T23:59:59Z"), fired)).toBe(-1);
});

test("leap days and changes of clocks are days like others", () => {
  expect(daysUntilDate(at("2028-03-01"), at("2028-02-28T12:00:00Z"))).toBe(2);
  expect(daysUntilDate(at("2027-03-01"), at("2027-02-28T12:00:00Z"))).toBe(1);
  // 29 March 2026 has 23 hours in Berlin, 25 October 25.
  expect(daysSince(at("2026-03-28T12:00:00Z"), at("2026-03-30T12:00:00Z"))).toBe(2);
  expect(daysSince(at("2026-10-24T12:00:00Z"), at("2026-10-26T12:00:00Z"))).toBe(2);
});

const instant = fc.integer({ min: 0, max: at("2100-01-01") });

test("every instant survives being written in each form and read back", () => {
  fc.assert(
    fc.property(instant, (ms) => {
      expect(parseTime(String(ms))).toBe(ms);
      expect(parseTime(new Date(ms).toISOString())).toBe(ms);
      expect(parseTime(dateOf(ms))).toBe(ms - (ms % DAY_MS));
    }),
  );
});

test("no text makes it throw, and what it reads is always an instant with a date", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9T:Z+.-]{1,25}$/)), (text) => {
      const ms = parseTime(text);
      if (ms !== null) expect(dateOf(ms)).toMatch(/^\d{4}-\d\d-\d\d$/);
    }),
  );
});

test("a day later is one day more, and days are whole", () => {
  fc.assert(
    fc.property(instant, instant, (a, b) => {
      const [then, asOf] = a < b ? [a, b] : [b, a];
      expect(daysSince(then, asOf + DAY_MS)).toBe(daysSince(then, asOf) + 1);
      expect(daysUntilDate(then + DAY_MS, asOf)).toBe(daysUntilDate(then, asOf) + 1);
      expect(Number.isInteger(daysSince(then, asOf))).toBe(true);
    }),
  );
});
