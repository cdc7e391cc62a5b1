import { expect, test } from "vitest";
import { CHAIN_START } from "#contract/kept-step.ts";
import { mergeSteps, type SignalRow } from "../merge.ts";
import { instant, received, signalId, step } from "../steps.fixture.ts";
import { toldSteps } from "../told-steps.ts";
import { countSteps } from "./count-steps.ts";

type Events = Parameters<typeof toldSteps>[0];

async function counted(events: Events, kept: ReadonlyMap<string, SignalRow> = new Map()) {
  const told = toldSteps(events);
  const { signals } = await mergeSteps(told, kept, { seq: 0, digest: CHAIN_START }, instant(0));
  return {
    counters: Object.fromEntries(countSteps(told, kept, signals)),
    rows: new Map(signals.map((row) => [row.signal_id, row])),
  };
}

test("a signal counts for its source and for the one fate that it has", async () => {
  const { counters } = await counted([received(), step({ at: instant(900_001), fate: "no_action" })]);
  expect(counters).toMatchObject({
    'signals_received{source="hubspot"}': 1,
    'signals{fate="no_action"}': 1,
    'objective{met="false"}': 1,
    'signal_seconds{le="3600"}': 1,
  });
});

test("a fate that changes leaves the one before, so that the sum stays", async () => {
  const first = await counted([received()]);
  expect(first.counters).toMatchObject({ 'signals{fate="in_progress"}': 1 });
  const { counters } = await counted([step({ at: instant(1_000), fate: "waiting" })], first.rows);
  expect(counters).toMatchObject({
    'signals{fate="waiting"}': 1,
    'signals{fate="in_progress"}': -1,
    'objective{met="true"}': 1,
  });
});

test("what is delivered again counts nothing", async () => {
  const events = [received(), step({ signal_id: signalId(1), fate: "no_action", at: instant(5), duration_ms: 4 })];
  const first = await counted(events);
  expect(await counted(events, first.rows)).toMatchObject({ counters: {} });
});
