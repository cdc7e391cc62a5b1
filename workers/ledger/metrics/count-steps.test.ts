import { expect, test } from "vitest";
import { CHAIN_START } from "#contract/kept-step.ts";
import { mergeSteps, type SignalRow } from "../merge.ts";
import { instant, received, signalId, snapshot, step } from "../steps.fixture.ts";
import { toldSteps } from "../told-steps.ts";
import { countSteps } from "./count-steps.ts";

type Events = Parameters<typeof toldSteps>[0];

async function counted(events: Events, kept: ReadonlyMap<string, SignalRow> = new Map()) {
  const told = toldSteps(events);
  const { signals } = await mergeSteps(told, kept, { seq: 0, digest: CHAIN_START }, instant(0), async () => {});
  return {
    counters: Object.fromEntries(await countSteps({ told, kept, rows: signals, letters: [], usage: {} })),
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

test("a time is in its bucket, and in the sum", async () => {
  const { counters } = await counted([received(), step({ layer: "enrich", step: "enriched", duration_ms: 620 })]);
  expect(counters).toMatchObject({
    'stage_seconds{stage="enrich",le="1"}': 1,
    'stage_seconds_sum{stage="enrich"}': 0.62,
  });
});

test("who decided is counted, and not named", async () => {
  const actor = { kind: "person", id: "ada@example.com", via: "page" } as const;
  const action = snapshot({ state: "released", decided_by: actor, decided_at: instant(90_000) });
  const { counters } = await counted([received(), step({ layer: "deal", step: "approved", actor, action })]);
  expect(counters).toMatchObject({
    'people_decided{step="approved",type="send_alert"}': 1,
    'decision_seconds{le="300"}': 1,
    "decision_seconds_sum{}": 90,
  });
  expect(JSON.stringify(counters)).not.toContain("ada");
  expect(
    Object.keys(counters).filter((series) => /^person_decided\{person="rep_[0-9a-f]{20}"/.test(series)),
  ).toHaveLength(1);
});

test("what Workers used comes with their steps, once, and nothing else that is told there counts", async () => {
  const events = [{ ...received(), usage: { requests: 2, d1_rows_written: 7, beans: 4 } }];
  const first = await counted(events);
  expect(first.counters).toMatchObject({
    'operations{kind="requests"}': 2,
    'operations{kind="d1_rows_written"}': 7,
  });
  expect(JSON.stringify(first.counters)).not.toContain("beans");
  expect(await counted(events, first.rows)).toMatchObject({ counters: {} });
});
