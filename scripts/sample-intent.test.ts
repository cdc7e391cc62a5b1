// The book's reports of intent: dated, the same all week, and few of them a surge.
import { expect, test } from "vitest";
import { intentReports } from "./sample-intent.ts";

const SATURDAY = Date.parse("2026-11-21T08:00:00.000Z");
const DAY_MS = 86_400_000;

/** Scores by domain and topic. */
const scoresIn = (csv: string) =>
  new Map(
    csv
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.replace(/^"[^"]*"/, "").split(","))
      .map(([, domain, , , topic, score]) => [`${domain} ${topic}`, Number(score)]),
  );

test("the reports are of the last two Sundays, and the same all week", () => {
  const reports = intentReports(SATURDAY);
  expect(reports.map(({ file }) => file)).toEqual(["surge-20261108.csv", "surge-20261115.csv"]);
  expect(intentReports(SATURDAY - 5 * DAY_MS)).toEqual(reports);
});

test("every account of the book is in them, and some began to surge this week", () => {
  const [before, now] = intentReports(SATURDAY).map(({ csv }) => scoresIn(csv));
  expect(now?.size).toBe(120);
  const surging = [...(now ?? [])].filter(([, score]) => score >= 60).map(([key]) => key);
  expect(surging).toHaveLength(3);
  for (const key of surging) expect(before?.get(key)).toBeLessThan(60);
  expect(Math.max(...(before?.values() ?? []))).toBeLessThan(60);
});
