import { expect, test } from "vitest";
import { pushesOf, stageHistoryOf } from "./history.ts";

test("the stages come oldest first, each entry once, whatever order the CRM tells them in", () => {
  const entries = [
    { stage: "won", enteredMs: 4_000 },
    { stage: "new", enteredMs: 1_000 },
    { stage: "new", enteredMs: 2_000 },
    { stage: "quote", enteredMs: 3_000 },
  ];
  expect(stageHistoryOf(entries)).toEqual([
    { stage: "new", entered_at: "1970-01-01T00:00:01.000Z" },
    { stage: "quote", entered_at: "1970-01-01T00:00:03.000Z" },
    { stage: "won", entered_at: "1970-01-01T00:00:04.000Z" },
  ]);
});

test("of a long history the newest fifty stages are kept", () => {
  const entries = Array.from({ length: 60 }, (_, n) => ({ stage: `s${n}`, enteredMs: n }));
  expect(stageHistoryOf(entries).map(({ stage }) => stage)).toEqual(entries.slice(10).map(({ stage }) => stage));
});

test("only a move to a later day is a push", () => {
  expect(pushesOf(["2026-11-01", "2026-12-01", "2026-12-01", "2026-11-15", "2026-12-31"])).toBe(2);
  expect(pushesOf([])).toBe(0);
});
