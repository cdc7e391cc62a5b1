// The edge while its queues fall behind, with the real bounds: who is turned away, with what, and until when.
import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import { createBacklog } from "./backlog.ts";
import { ingest } from "./ingest.ts";
import type { LaneMetrics } from "./shedding.ts";
import { SOURCES } from "./sources/registry.ts";

const ROW = "Acme,acme.com,1-10,tech,cat,crm,72,austin[70],US\n";
const TOKEN = { authorization: "Bearer token" };

/** An edge whose every lane has `metrics`, and a clock that has moved past the last answer of the queue before each send. */
function edge(metrics: LaneMetrics, refuses = false) {
  const state = { metrics, now: Date.parse("2026-11-21T08:00:00.000Z"), published: 0 };
  const now = () => state.now;
  const deps = {
    sources: SOURCES,
    settings: { INGEST_TOKENS: "token" },
    publish: async (_queue: string, envelopes: readonly unknown[]) => {
      if (refuses && envelopes.length > 0) throw new Error("10250 Queue is overloaded");
      state.published += envelopes.length;
    },
    shedLevel: createBacklog({ metrics: async () => state.metrics, now, log: () => {} }),
    limit: async () => true,
    raw: { put: async () => {} },
    trackScript: "",
    log: () => {},
    now,
    newEventId: uuidv7,
  };
  const post = async (path: string, body: string, headers: Record<string, string>) => {
    state.now += 5_000;
    const request = new Request(`https://edge.example.com${path}`, { method: "POST", headers, body });
    const response = await ingest(request, deps);
    return `${response.status} ${response.headers.get("retry-after") ?? "-"}`;
  };
  const event = (type: string) =>
    post("/hooks/rudderstack", JSON.stringify({ type, messageId: uuidv7(), userId: "u1", event: "Signed Up" }), {
      ...TOKEN,
      "content-type": "application/json",
    });
  const report = () => post("/hooks/bombora?file=surge-20261115.csv", ROW, TOKEN);
  return { state, event, report };
}

test("a lane that falls behind sheds low first, then standard, and never what is immediate; it takes again later than it stopped", async () => {
  const { state, event, report } = edge({ backlogCount: 0 });
  const all = async () => [await event("page"), await report(), await event("track"), await event("delete")];
  expect(await all()).toEqual(["202 -", "202 -", "202 -", "202 -"]);
  state.metrics = { backlogCount: 100_001 };
  expect(await all()).toEqual(["429 120", "429 120", "202 -", "202 -"]);
  state.metrics = { backlogCount: 500_001 };
  expect(await all()).toEqual(["429 120", "429 120", "429 120", "202 -"]);
  // Less than what entered the level, more than half of it.
  state.metrics = { backlogCount: 300_000 };
  expect(await all()).toEqual(["429 120", "429 120", "429 120", "202 -"]);
  state.metrics = { backlogCount: 60_000 };
  expect(await all()).toEqual(["429 120", "429 120", "202 -", "202 -"]);
  state.metrics = { backlogCount: 50_000 };
  expect(await all()).toEqual(["202 -", "202 -", "202 -", "202 -"]);
});

test("what is turned away leaves nothing behind", async () => {
  const { state, event, report } = edge({ backlogCount: 100_001 });
  await event("page");
  await report();
  expect(state.published).toBe(0);
});

test("a queue that takes nothing is answered with 503 and when to come back", async () => {
  const { event, report } = edge({ backlogCount: 0 }, true);
  expect([await event("delete"), await report()]).toEqual(["503 10", "503 10"]);
});
