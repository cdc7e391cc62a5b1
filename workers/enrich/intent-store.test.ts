// The statement on a real SQLite, over the real migration.
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import type { IntentObserved } from "#contract/intent-observed.ts";
import { KEEP, type KeptIntent, reportRows } from "./intent-store.ts";
import { hasSurged } from "./surge.ts";

let db: DatabaseSync;
beforeEach(() => {
  db = new DatabaseSync(":memory:");
  for (const name of ["0001_intent", "0003_intent-history"]) db.exec(readFileSync(`migrations/${name}.sql`, "utf8"));
});

type Score = readonly [topic: string, score: number];
function part(reportDate: string, ...scores: readonly Score[]): IntentObserved {
  const rows = scores.map(([topic, score]) => ({
    domain: "acme.com",
    topic,
    score,
    company: null,
    size: null,
    industry: null,
  }));
  return { source: "bombora", report_date: reportDate, file_id: "f", first_row: 1, rows };
}
function keep(given: IntentObserved): KeptIntent[] {
  const rows = db.prepare(KEEP).all(reportRows(given), given.source, given.report_date);
  return rows.map(({ domain, topic, score, previous_score }) => ({
    domain: String(domain),
    topic: String(topic),
    score: Number(score),
    previous_score: previous_score === null ? null : Number(previous_score),
  }));
}
const surged = (given: IntentObserved) =>
  keep(given)
    .filter((row) => hasSurged(row, 60))
    .map(({ topic }) => topic);
const W1 = "2026-11-08";
const W2 = "2026-11-15";

test("what crosses the threshold upwards surges, and what was above it already does not", () => {
  expect(surged(part(W1, ["a", 59.9], ["b", 60], ["c", 80]))).toEqual(["b", "c"]);
  expect(surged(part(W2, ["a", 60], ["b", 99], ["c", 10], ["d", 60]))).toEqual(["a", "d"]);
});

test("a part that comes again surges again, the same", () => {
  keep(part(W1, ["a", 40]));
  expect(surged(part(W2, ["a", 70]))).toEqual(["a"]);
  expect(surged(part(W2, ["a", 70]))).toEqual(["a"]);
  expect(db.prepare("SELECT score, previous_score, first_seen, earlier FROM intent").all()).toEqual([
    { score: 70, previous_score: 40, first_seen: W1, earlier: `[["${W1}",40.0]]` },
  ]);
});

test("an older report changes nothing and says nothing", () => {
  keep(part(W2, ["a", 70]));
  expect(keep(part(W1, ["a", 99]))).toEqual([]);
  expect(keep(part(W2, ["a", 70]))).toMatchObject([{ score: 70, previous_score: null }]);
});

test("the reports of two months before are kept with it, newest first", () => {
  const days = Array.from({ length: 12 }, (_, week) => new Date(Date.parse(W1) + week * 604_800_000));
  for (const [week, day] of days.entries()) keep(part(day.toISOString().slice(0, 10), ["a", week]));
  const [row] = db.prepare("SELECT earlier FROM intent").all();
  const earlier: unknown = JSON.parse(String(row?.earlier));
  expect(earlier).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2].map((week) => [days[week]?.toISOString().slice(0, 10), week]));
});

test("of two scores on one day the higher counts, within a part and across", () => {
  expect(keep(part(W1, ["a", 50], ["a", 70], ["a", 60]))).toMatchObject([{ topic: "a", score: 70 }]);
  expect(keep(part(W1, ["a", 65]))).toMatchObject([{ score: 70, previous_score: null }]);
});

test("the parts of a report may come in any order and any number of times", () => {
  const scores = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 100 })), { minLength: 1 });
  const parts = fc.array(scores, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(parts, fc.infiniteStream(fc.nat()), (given, order) => {
      const outcome = (sequence: readonly Score[][]) => {
        db.exec("DELETE FROM intent");
        const seen = new Set(sequence.flatMap((one) => surged(part(W1, ...one))));
        return [[...seen].toSorted(), db.prepare("SELECT * FROM intent ORDER BY topic").all()];
      };
      const shuffled = [...given, ...given]
        .map((one) => ({ one, at: order.next().value }))
        .toSorted((a, b) => a.at - b.at);
      expect(outcome(shuffled.map(({ one }) => one))).toEqual(outcome(given));
    }),
  );
});
