// Parts of a report as the consume loop sees them: rows in, signals with their first step out.
import { expect, test } from "vitest";
import { AuditStep } from "#contract/audit-step.ts";
import type { Event } from "#contract/envelope.ts";
import type { IntentObserved } from "#contract/intent-observed.ts";
import { SignalReceived } from "#contract/signal-received.ts";
import type { KeptIntent } from "./intent-store.ts";
import { createObserve, type ObserveDeps } from "./observe.ts";

const row = (domain: string, topic: string, score: number) => ({
  domain,
  topic,
  score,
  company: "Acme",
  size: null,
  industry: "tech",
});
function eventOf(changes: Partial<IntentObserved> = {}, published = "2026-11-16T09:00:00.000Z"): Event<IntentObserved> {
  return {
    event_id: "019a0000-0000-7000-8000-000000000001",
    topic: "intent.observed",
    schema_version: 1,
    priority: "low",
    correlation_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    causation_id: null,
    attempt: 1,
    published_at: published,
    payload: {
      source: "bombora",
      report_date: "2026-11-15",
      file_id: "surge.csv",
      first_row: 1,
      rows: [row("acme.com", "crm", 72), row("acme.com", "erp", 90), row("b.io", "crm", 10)],
      ...changes,
    },
  };
}
const KEPT: readonly KeptIntent[] = [
  { domain: "acme.com", topic: "crm", score: 72, previous_score: 40 },
  { domain: "acme.com", topic: "erp", score: 90, previous_score: 88 },
  { domain: "b.io", topic: "crm", score: 10, previous_score: null },
];
async function observe(event: Event<IntentObserved>, changes: Partial<ObserveDeps> = {}) {
  const deps = { keep: async () => KEPT, threshold: "60", random: () => 0.5, log: () => {}, ...changes };
  const [outcome] = await createObserve(deps)([event]);
  return outcome;
}

test("a topic that crossed the threshold is a signal of its company, with its first step, in a trail of its own", async () => {
  const outcome = await observe(eventOf());
  expect(outcome).toMatchObject({ kind: "done", emits: [{ queue: "signals-bulk" }, { queue: "audit" }] });
  const [emitted, told] = outcome?.emits ?? [];
  const signal = SignalReceived.parse(emitted?.payload);
  expect(signal).toMatchObject({
    signal_type: "intent",
    source: "bombora",
    subject: "domain:acme.com",
    account_id: "domain:acme.com",
    deal_id: null,
    payload: {
      event: "intent.surged",
      topics: ["crm"],
      score: 72,
      facts: { previous_score: 40, company: "Acme", size: null, industry: "tech" },
    },
    urgency: "standard",
    fired_at: "2026-11-15T00:00:00.000Z",
    received_at: "2026-11-16T09:00:00.000Z",
  });
  expect(AuditStep.parse(told?.payload)).toMatchObject({
    signal_id: signal.signal_id,
    layer: "enrich",
    step: "received",
    fate: "in_progress",
    summary: "Received intent.surged from bombora.",
  });
  expect(emitted?.correlationId).toMatch(/^[0-9a-f]{32}$/);
  expect(emitted?.correlationId).not.toBe(eventOf().correlation_id);
  expect(told?.correlationId).toBe(emitted?.correlationId);
});

test("the same crossing in another file, at another time, is the same signal, and in another report it is another", async () => {
  const idsOf = async (event: Event<IntentObserved>) =>
    (await observe(event))?.emits.map(({ payload, correlationId }) => [
      SignalReceived.safeParse(payload).data?.signal_id,
      correlationId,
    ]);
  const ids = await idsOf(eventOf());
  expect(await idsOf(eventOf({ file_id: "again.csv", first_row: 7 }, "2026-11-20T00:00:00.000Z"))).toEqual(ids);
  expect(await idsOf(eventOf({ report_date: "2026-11-22" }))).not.toEqual(ids);
});

test("a report of tomorrow is not fired before it arrived", async () => {
  const outcome = await observe(eventOf({ report_date: "2026-11-17" }));
  expect(outcome?.emits[0]?.payload).toMatchObject({ fired_at: "2026-11-16T09:00:00.000Z" });
});

test("another threshold makes other signals", async () => {
  expect((await observe(eventOf(), { threshold: "89" }))?.emits[0]?.payload).toMatchObject({
    payload: { topics: ["erp"] },
  });
});

test("while D1 is down the rows wait, attempts untouched, and the log says so", async () => {
  const logged: unknown[] = [];
  const keep = () => Promise.reject(new Error("D1 DB is overloaded"));
  const outcome = await observe(eventOf(), { keep, log: (...line) => logged.push(line) });
  expect(outcome).toMatchObject({ kind: "defer", afterSeconds: 35 });
  expect(logged).toEqual([["error", "intent_not_kept", { rows: 3, after: 35, reason: "Error: D1 DB is overloaded" }]]);
});

test.each(["", "sixty", "101", "-1"])(
  "the threshold %j is refused by the variable's name before anything is kept",
  async (threshold) => {
    const keep = () => Promise.reject(new Error("kept"));
    const outcome = await observe(eventOf(), { threshold, keep });
    expect(outcome).toMatchObject({
      kind: "retry",
      reason: expect.stringMatching(/BOMBORA_THRESHOLD.*configuration\.md/),
    });
  },
);
