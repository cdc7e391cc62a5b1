// The intent score is the documented formula, as of a moment.
import fc from "fast-check";
import { expect, test } from "vitest";
import { intentOf, type TopicHistory } from "./intent-score.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const topic = (name: string, ...reports: [string, number][]): TopicHistory => ({ topic: name, reports });
const score = (histories: TopicHistory[], now = {}, before = {}) => intentOf(histories, now, before, NOW).intent_score;

test("it is the mean of the three strongest topics, each by its highest source", () => {
  const topics = ["a", "b", "c", "d"].map((name, at) => topic(name, ["2026-11-15", 80 - 10 * at]));
  expect(score([...topics, topic("c", ["2026-11-15", 90])])).toBe(80);
  expect(intentOf([...topics], {}, {}, NOW).topics[0]).toEqual({ topic: "a", score: 80 });
});

test("behaviour alone is enough, is at most 100, and reinforces what reports say", () => {
  expect(score([], { "page.viewed": 5, "email.replied": 1 })).toBe(35);
  expect(score([], { "call.completed": 50 })).toBe(100);
  expect(score([topic("a", ["2026-11-15", 50])], { "email.replied": 1 })).toBe(60);
});

test("nothing known is no score, and what says nothing of interest is nothing", () => {
  expect(score([])).toBeNull();
  expect(score([], { "deal.stage_changed": 9 })).toBeNull();
  expect(score([topic("a", ["2026-10-01", 90])])).toBeNull();
});

test("a report of tomorrow is not known, the one before it is", () => {
  expect(score([topic("a", ["2026-11-22", 90], ["2026-11-15", 40])])).toBe(40);
});

test("the change is against 30 days earlier, and null where there was nothing", () => {
  const grown = [topic("a", ["2026-11-15", 60], ["2026-10-18", 40])];
  expect(intentOf(grown, {}, {}, NOW).intent_change_percent).toBe(50);
  expect(intentOf([], { "page.viewed": 4 }, { "page.viewed": 8 }, NOW).intent_change_percent).toBe(-50);
  expect(intentOf([topic("a", ["2026-11-15", 60])], {}, {}, NOW).intent_change_percent).toBeNull();
});

test("whatever is known, the score is from 0 to 100", () => {
  const reports = fc.array(
    fc.tuple(fc.constantFrom("2026-11-20", "2026-11-01", "2026-10-10"), fc.integer({ min: 0, max: 100 })),
  );
  const histories = fc.array(fc.record({ topic: fc.string(), reports }));
  fc.assert(
    fc.property(histories, fc.nat({ max: 500 }), (given, visits) => {
      const value = intentOf(given, { "page.viewed": visits }, {}, NOW).intent_score ?? 0;
      expect(value >= 0 && value <= 100).toBe(true);
    }),
  );
});
