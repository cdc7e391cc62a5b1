import { expect, test } from "vitest";
import { costOf } from "./cost.ts";

test("operations are shared by the signals that came, and priced by the million, the dearest first", () => {
  const counters = {
    'signals_received{source="hubspot"}': 60,
    'signals_received{source="track"}': 40,
    'operations{kind="requests"}': 200,
    'operations{kind="d1_rows_written"}': 300,
    'operations{kind="gone"}': 9,
  };
  const million = costOf(counters).map(({ operation, perSignal, dollars }) => [operation, perSignal, dollars * 1e6]);
  expect(million).toEqual([
    ["d1_rows_written", 3, expect.closeTo(3)],
    ["requests", 2, expect.closeTo(0.6)],
  ]);
});

test("without a signal there is nothing to share", () => {
  expect(costOf({ 'operations{kind="requests"}': 3 })).toEqual([]);
});
