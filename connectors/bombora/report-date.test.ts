import { expect, test } from "vitest";
import { dateInName, dateOf, latestDate } from "./report-date.ts";

test.each([
  ["2026-11-15", "2026-11-15"],
  ["2026-11-15T23:59:59Z", "2026-11-15"],
  ["2026-11-15 00:00:00", "2026-11-15"],
  ["20261115", "2026-11-15"],
  ["11/15/2026", "2026-11-15"],
  ["1/5/2026", "2026-01-05"],
  ["15/11/2026", null],
  ["2026-02-30", null],
  ["2/30/2026", null],
  ["yesterday", null],
  ["", null],
])("the date %j is %j", (text, expected) => {
  expect(dateOf(text)).toBe(expected);
});

test.each([
  ["surge-20261115.csv.gz", "2026-11-15"],
  ["Report 2026-11-15 (1).csv", "2026-11-15"],
  ["2026_11_15", "2026-11-15"],
  ["id-120261115.csv", null],
  ["2026-1115.csv", null],
  ["surge.csv", null],
])("the name %j says %j", (name, expected) => {
  expect(dateInName(name)).toBe(expected);
});

test("a report may be of tomorrow, where it is tomorrow already", () => {
  expect(latestDate(Date.parse("2026-12-31T12:00:00Z"))).toBe("2027-01-01");
});
