import { expect, test } from "vitest";
import { type ShedLevel, shedLevel, sheds } from "./shedding.ts";

const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const minutesOld = (minutes: number, backlogCount = 1) => ({
  backlogCount,
  oldestMessageTimestamp: new Date(NOW - minutes * 60_000),
});
const waiting = (backlogCount: number) => ({ backlogCount });
const after = (metrics: Parameters<typeof shedLevel>[0], previous: ShedLevel = "none") =>
  shedLevel(metrics, previous, NOW);

test("an empty lane sheds nothing, whatever it did before", () => {
  for (const previous of ["none", "low", "standard"] as const) expect(after(waiting(0), previous)).toBe("none");
});

test.for([
  ["a usual backlog", waiting(50_000), "none"],
  ["a deep one", waiting(100_001), "low"],
  ["a very deep one", waiting(500_001), "standard"],
  ["one that is three minutes old", minutesOld(3), "none"],
  ["one that is five minutes old", minutesOld(5), "low"],
  ["one that is nine minutes old", minutesOld(9), "standard"],
  ["one that is shallow and old", minutesOld(9, 10), "standard"],
] as const)("%s", ([, metrics, level]) => {
  expect(after(metrics)).toBe(level);
});

test("a level is left at half of what enters it", () => {
  expect(after(waiting(60_000), "low")).toBe("low");
  expect(after(waiting(50_000), "low")).toBe("none");
  expect(after(minutesOld(5), "standard")).toBe("standard");
  expect(after(minutesOld(4), "standard")).toBe("low");
  expect(after(minutesOld(2), "standard")).toBe("none");
});

test("a clock that is behind the queue's makes nothing old", () => {
  expect(after(minutesOld(-10))).toBe("none");
});

test("only a request of which every signal can wait is turned away", () => {
  expect(sheds("none", ["low"])).toBe(false);
  expect(sheds("low", ["low", "low"])).toBe(true);
  expect(sheds("low", ["low", "standard"])).toBe(false);
  expect(sheds("standard", ["low", "standard"])).toBe(true);
  expect(sheds("standard", ["low", "high"])).toBe(false);
  expect(sheds("standard", ["immediate"])).toBe(false);
  expect(sheds("standard", [])).toBe(false);
});
