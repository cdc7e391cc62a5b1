import { expect, test } from "vitest";
import type { SignalRow } from "#web/read-rows.ts";
import { ORIGIN, SIGNAL_ID, snapshot } from "#web/sample-site.ts";
import { sampleConsole } from "../sample-console.ts";

const SIGNAL: SignalRow = {
  signal_id: SIGNAL_ID,
  correlation_id: "1".repeat(32),
  source: "hubspot",
  signal_type: "crm_event",
  event: "deal.stage_changed",
  subject: "hubspot:332507367156",
  deal_id: "hubspot:332507367156",
  account_id: null,
  urgency: "high",
  fired_at: "2026-11-21T11:59:58.000Z",
  received_at: "2026-11-21T11:59:59.000Z",
  fate: "waiting",
  fate_at: "2026-11-21T12:00:00.000Z",
};

test("one signal comes with its trail and its actions", async () => {
  const step = { at: SIGNAL.received_at, event_id: "e", layer: "ingest", step: "received", attempt: 1 };
  const kept = { schema_version: 2, fate: null, digest: "", link: 1 };
  const trail = [{ ...step, ...kept, duration_ms: 3, summary: "It came.", actor: null, data: { raw_ref: null } }];
  const { site } = sampleConsole({ signals: [SIGNAL], trail, actions: [snapshot(1)] });
  const response = await site.request(`${ORIGIN}/api/signals/${SIGNAL_ID}`);
  expect(await response.json()).toEqual({ signal: SIGNAL, trail, actions: [snapshot(1)] });
});

test("an unknown signal is a 404 that says that the trail may be behind", async () => {
  const response = await sampleConsole().site.request(`${ORIGIN}/api/signals/sig_nope`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining("few seconds") });
});

test("the list takes a fate, and refuses one that does not exist", async () => {
  const { site } = sampleConsole({ signals: [SIGNAL] });
  const list = (query: string) => site.request(`${ORIGIN}/api/signals${query}`);
  expect(await (await list("")).json()).toEqual({ signals: [SIGNAL], next_cursor: null });
  expect(await (await list("?fate=executed")).json()).toEqual({ signals: [], next_cursor: null });
  expect((await list("?fate=lost")).status).toBe(400);
  expect((await list("?before=1;DROP")).status).toBe(400);
  expect((await list("?deal=332507367156")).status).toBe(400);
});
