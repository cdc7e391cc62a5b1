// The enrich layer as the consume loop sees it: events in, outcomes with what they publish out.
import { expect, test } from "vitest";
import { AuditStep } from "#contract/audit-step.ts";
import type { Event } from "#contract/envelope.ts";
import { SignalEnriched } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import type { Outcome } from "#runtime/outcome.ts";
import { type Fault, fakeHubspot, fault, NOW, portal, SETTINGS, signalOf, TRACE } from "./enrich.fixture.ts";
import { createEnrich } from "./enrich.ts";
import { PROVIDERS } from "./providers/registry.ts";

function eventOf(payload: SignalReceived, changes: Partial<Event<SignalReceived>> = {}): Event<SignalReceived> {
  return {
    event_id: "019a0000-0000-7000-8000-000000000001",
    topic: "signal.received",
    schema_version: 1,
    priority: payload.urgency,
    correlation_id: TRACE,
    causation_id: null,
    attempt: 1,
    published_at: "2026-11-21T15:30:01.000Z",
    payload,
    ...changes,
  };
}

/** Enriches one batch; the clock is 40 ms later at each look. */
async function enrich(events: Event<SignalReceived>[], ...faults: Fault[]) {
  const system = fakeHubspot(portal(), ...faults);
  let ticks = 0;
  const now = () => NOW + 40 * ticks++;
  const handle = createEnrich({ providers: PROVIDERS, settings: SETTINGS, fetch: system.fetch, now, log: () => {} });
  return { outcomes: await handle(events), calls: system.calls };
}

function published(outcome: Outcome | undefined) {
  const [enriched, step] = outcome?.emits ?? [];
  return {
    enriched: SignalEnriched.parse(enriched?.payload),
    step: AuditStep.parse(step?.payload),
    queues: [enriched?.queue, step?.queue],
    priority: enriched?.priority,
  };
}

test("a signal goes on with its context, its urgency re-scored, and the trail knows", async () => {
  const { outcomes } = await enrich([eventOf(signalOf())]);
  expect(outcomes).toMatchObject([{ kind: "done" }]);
  const { enriched, step, queues, priority } = published(outcomes[0]);
  expect(queues).toEqual(["enriched", "audit"]);
  expect(enriched).toMatchObject({ ...signalOf({ urgency: "immediate" }), degraded: [] });
  expect(enriched.enriched_at).toBe("2027-02-01T00:00:00.040Z");
  expect(priority).toBe("immediate");
  expect(step).toMatchObject({
    signal_id: enriched.signal_id,
    layer: "enrich",
    step: "enriched",
    duration_ms: 40,
    data: { providers: ["hubspot"], urgency: { was: "standard", is: "immediate" }, degraded: [] },
  });
  expect(step.summary).toBe(
    "stage qualifiedtobuy; idle for 14 days; closes in 12; 1 open task; owner Ana Duarte; account Acme; " +
      "raised to immediate: open, closes within 21 days and idle for more than 10",
  );
});

test("enriched again, only enriched_at differs", async () => {
  const first = published((await enrich([eventOf(signalOf())])).outcomes[0]).enriched;
  const events = [eventOf(signalOf({ deal_id: null })), eventOf(signalOf(), { attempt: 3 })];
  const second = published((await enrich(events)).outcomes[1]).enriched;
  expect(second.enriched_at).not.toBe(first.enriched_at);
  expect({ ...second, enriched_at: "" }).toEqual({ ...first, enriched_at: "" });
});

test("a hundred signals of one deal cost one fetch, and a new batch fetches anew", async () => {
  const events = Array.from({ length: 100 }, () => eventOf(signalOf()));
  const { outcomes, calls } = await enrich(events);
  expect(outcomes).toHaveLength(100);
  expect(calls).toHaveLength(5);

  const system = fakeHubspot(portal());
  const deps = { providers: PROVIDERS, settings: SETTINGS, fetch: system.fetch, now: () => NOW, log: () => {} };
  const handle = createEnrich(deps);
  await handle(events);
  await handle(events);
  expect(system.calls).toHaveLength(10);
});

test("each signal's days are counted from its own moment, also when they share a fetch", async () => {
  const later = signalOf({ fired_at: "2026-11-30T00:00:00.000Z" });
  const { outcomes } = await enrich([eventOf(signalOf()), eventOf(later)]);
  const idle = outcomes.map((outcome) => published(outcome).enriched.deal_context?.last_activity_days_ago);
  expect(idle).toEqual([14, 22]);
});

test("a failing deal does not take the others of its batch down", async () => {
  const events = [
    eventOf(signalOf()),
    eventOf(signalOf({ deal_id: null })),
    eventOf(signalOf({ deal_id: "hubspot:7" })),
  ];
  const { outcomes } = await enrich(events, fault("/deals/100", 503, { "retry-after": "30" }));
  expect(outcomes).toMatchObject([{ kind: "retry", afterSeconds: 30, emits: [] }, { kind: "done" }, { kind: "done" }]);
});

test("a rate limit on a part is waited for, until the last attempt goes on without it", async () => {
  const limited = fault("/contacts/", 429);
  expect((await enrich([eventOf(signalOf())], limited)).outcomes).toMatchObject([{ kind: "retry", emits: [] }]);
  const { outcomes } = await enrich([eventOf(signalOf(), { attempt: 5 })], limited);
  expect(published(outcomes[0]).enriched.degraded).toMatchObject([{ missing: "deal_context.contacts" }]);
});

test("a signal that names no record goes on as it is", async () => {
  const { outcomes, calls } = await enrich([eventOf(signalOf({ subject: "site:visitor-1", deal_id: null }))]);
  const { enriched, step } = published(outcomes[0]);
  expect(enriched).toMatchObject({ deal_context: null, account_context: null, degraded: [], urgency: "standard" });
  expect(step).toMatchObject({ summary: "no deal", data: { providers: [] } });
  expect(calls).toEqual([]);
});

test("a record in a system that no provider reads is named", async () => {
  const signal = signalOf({ deal_id: "salesforce:006x", account_id: "domain:acme.com" });
  const { outcomes } = await enrich([eventOf(signal)]);
  expect(published(outcomes[0]).enriched.degraded).toEqual([
    { missing: "deal_context", reason: "no provider reads salesforce" },
    { missing: "account_context", reason: "no provider reads domain" },
  ]);
});

test("an account of another system is not missing when the deal's company is known", async () => {
  const { outcomes } = await enrich([eventOf(signalOf({ account_id: "domain:acme.com" }))]);
  expect(published(outcomes[0]).enriched).toMatchObject({ account_context: { id: "hubspot:300" }, degraded: [] });
});

test("a lane's priority is never lowered by the signal's own urgency", async () => {
  const event = eventOf(signalOf({ deal_id: null, urgency: "low" }), { priority: "high" });
  expect(published((await enrich([event])).outcomes[0]).priority).toBe("high");
});
