import { expect, test } from "vitest";
import { costOf } from "./cost.ts";

test("operations are shared by the signals that came, and priced by the million", () => {
  const counters = {
    'signals_received{source="hubspot"}': 100,
    'd1_rows_written{by="ledger"}': 200,
    'queue_messages_read{queue="audit"}': 50,
    'steps{layer="deal",step="proposed"}': 30,
    'steps{layer="deal",step="executed"}': 10,
    'steps{layer="enrich",step="enriched"}': 100,
  };
  const rounded = costOf(counters).map(({ perSignal, dollarsPerMillion }) => [perSignal, dollarsPerMillion.toFixed(2)]);
  expect(rounded).toEqual([
    [2, "2.00"],
    [0.5, "0.60"],
    [0.4, "0.46"],
  ]);
});

test("without a signal there is nothing to share", () => {
  expect(costOf({ 'd1_rows_written{by="ledger"}': 3 })).toEqual([]);
});
