// An action that is about to run unattended gets the deal as it is now.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ActionRechecked } from "#contract/action-rechecked.ts";
import { ActionReleased } from "#contract/action-released.ts";
import type { Event } from "#contract/envelope.ts";
import { type Fault, fakeHubspot, fault, NOW, portal, SETTINGS, TRACE } from "./enrich.fixture.ts";
import type { Memory } from "./identity/memory.ts";
import { PROVIDERS } from "./providers/registry.ts";
import { createRecheck } from "./recheck.ts";

const golden: { payload: unknown } = JSON.parse(readFileSync("contract/golden/action.released.v2.json", "utf8"));
const NOTHING: Memory = {
  aliasesOf: async () => new Map(),
  keep: async () => {},
  activity: async (windows) => windows.map(() => ({ recent: [], counts: { "page.viewed": 2 } })),
  mentions: async (windows) =>
    windows.map(() => [{ kind: "competitor", name: "Globex", mentioned_at: "2026-12-01T00:00:00.000Z" }]),
  intent: async () => new Map(),
};

function eventOf(subject: string): Event<ActionReleased> {
  return {
    event_id: "019a0000-0000-7000-8000-000000000001",
    topic: "action.released",
    schema_version: 2,
    priority: "high",
    correlation_id: TRACE,
    causation_id: null,
    attempt: 1,
    published_at: "2027-02-01T00:00:00.000Z",
    payload: { ...ActionReleased.parse(golden.payload), subject },
  };
}

async function recheck(subject: string, settings = SETTINGS, ...faults: Fault[]) {
  const system = fakeHubspot(portal(), ...faults);
  const ports = { fetch: system.fetch, now: () => NOW, log: () => {} };
  const handle = createRecheck({
    ...ports,
    providers: PROVIDERS,
    settings,
    memory: NOTHING,
    people: async () => new Map(),
  });
  const [outcome] = await handle([eventOf(subject)]);
  const emitted = outcome?.emits.find(({ queue }) => queue === "rechecked");
  return { outcome, calls: system.calls, rechecked: emitted && ActionRechecked.parse(emitted.payload) };
}

test("the deal is read as of now, with what is remembered of it, and the release goes with it unchanged", async () => {
  const { outcome, rechecked } = await recheck("hubspot:100");
  expect(outcome?.kind).toBe("done");
  expect(rechecked?.released).toEqual(eventOf("hubspot:100").payload);
  expect(rechecked?.checked_at).toBe(new Date(NOW).toISOString());
  expect(rechecked?.deal_context).toMatchObject({
    id: "hubspot:100",
    days_to_close: -60,
    last_activity_days_ago: 85,
    competitors_mentioned: ["Globex"],
  });
  expect(rechecked?.account_context?.intent_score).toBe(12);
  expect(rechecked?.degraded).toEqual([]);
});

test("a deal that is gone is a fact and goes on", async () => {
  const { outcome, rechecked } = await recheck("hubspot:1");
  expect(outcome?.kind).toBe("done");
  expect(rechecked).toMatchObject({ deal_context: null, degraded: [{ missing: "deal_context" }] });
});

test("a CRM that is down is waited for, and nothing is published", async () => {
  const { outcome } = await recheck("hubspot:100", SETTINGS, fault("/deals/", 503, { "retry-after": "9" }));
  expect(outcome).toMatchObject({ kind: "retry", afterSeconds: 9, emits: [] });
});

test("a missing token is a dead letter that names it", async () => {
  const { outcome } = await recheck("hubspot:100", { ...SETTINGS, HUBSPOT_ACCESS_TOKEN: "" });
  expect(outcome).toMatchObject({ kind: "reject", code: "credentials" });
});

test("a subject that no CRM has is told without a deal, and nobody is asked", async () => {
  const { rechecked, calls } = await recheck("track:anon-b1");
  expect(rechecked).toMatchObject({ deal_context: null, degraded: [{ missing: "deal_context" }] });
  expect(calls).toEqual([]);
});
