// The enrich layer as the consume loop sees it: events in, outcomes with what they publish out.
import { expect, test } from "vitest";
import * as z from "zod";
import { AuditStep } from "#contract/audit-step.ts";
import type { Event } from "#contract/envelope.ts";
import { SignalEnriched } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import type { HttpPorts } from "#runtime/http.ts";
import type { Outcome } from "#runtime/outcome.ts";
import { type Fault, fakeHubspot, fault, NOW, portal, SETTINGS, signalOf, TRACE } from "./enrich.fixture.ts";
import { createEnrich, type EnrichDeps } from "./enrich.ts";
import type { Memory } from "./identity/memory.ts";
import { PROVIDERS } from "./providers/registry.ts";
import { URGENCY_RULES } from "./urgency-rules.ts";

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

/** Remembers nothing, or fails when it is to keep something. */
function memoryThat(keep: Memory["keep"] = async () => {}): Memory {
  return {
    aliasesOf: async () => new Map(),
    keep,
    activity: async (windows) => windows.map(() => ({ recent: [], counts: {} })),
    mentions: async (windows) => windows.map(() => []),
    intent: async () => new Map(),
  };
}

function depsWith(fetch: HttpPorts["fetch"], now: () => number, changes: Partial<EnrichDeps> = {}): EnrichDeps {
  const people = async () => new Map();
  const memory = memoryThat();
  return {
    providers: PROVIDERS,
    settings: SETTINGS,
    fetch,
    now,
    memory,
    people,
    urgencyRules: URGENCY_RULES,
    log: () => {},
    ...changes,
  };
}

/** Enriches one batch; the clock is 40 ms later at each look. */
async function enrich(events: Event<SignalReceived>[], ...faults: Fault[]) {
  return enrichWith({}, events, ...faults);
}

async function enrichWith(changes: Partial<EnrichDeps>, events: Event<SignalReceived>[], ...faults: Fault[]) {
  const system = fakeHubspot(portal(), ...faults);
  let ticks = 0;
  const handle = createEnrich(depsWith(system.fetch, () => NOW + 40 * ticks++, changes));
  return { outcomes: await handle(events), calls: system.calls };
}

const Paid = z.object({ what: z.string(), from: z.string() });

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
  expect(enriched).toMatchObject({
    ...signalOf({ urgency: "immediate" }),
    account_id: "hubspot:300",
    deal_status: "found",
    resolution: null,
    degraded: [],
  });
  expect(priority).toBe("immediate");
  expect(step).toMatchObject({
    signal_id: enriched.signal_id,
    layer: "enrich",
    step: "enriched",
    data: { urgency: { was: "standard", is: "immediate" }, degraded: [] },
  });
  expect(step.data?.signal).toEqual(enriched);
  expect(step.data?.providers).toEqual([
    { system: "hubspot", what: "owner", ms: expect.any(Number), from: "call" },
    { system: "hubspot", what: "deal", ms: expect.any(Number), from: "call" },
    { system: "hubspot", what: "account", ms: expect.any(Number), from: "call" },
  ]);
  expect(step.summary).toBe(
    "stage qualifiedtobuy; idle for 14 days; closes in 12; 1 open task; owner Ana Duarte; account Acme; " +
      "raised to immediate: open, closes within 21 days and idle for more than 10",
  );
});

test("a deployment's own urgency rules count instead of those that ship", async () => {
  const urgencyRules = [{ reason: "any open deal", urgency: "high" } as const];
  const { outcomes } = await enrichWith({ urgencyRules }, [eventOf(signalOf())]);
  expect(published(outcomes[0])).toMatchObject({ enriched: { urgency: "high" }, priority: "high" });
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
  expect(calls).toHaveLength(6);
  const paid = outcomes.flatMap((outcome) => z.array(Paid).parse(published(outcome).step.data?.providers));
  expect(paid.filter(({ what, from }) => what === "deal" && from === "call")).toHaveLength(1);
  expect(paid.filter(({ what, from }) => what === "deal" && from === "cache")).toHaveLength(99);

  const system = fakeHubspot(portal());
  const handle = createEnrich(depsWith(system.fetch, () => NOW));
  await handle(events);
  await handle(events);
  expect(system.calls).toHaveLength(12);
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
  const limited = fault("/objects/2026-09/contacts/", 429);
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

test("a signal that would not fit into its step, in bytes and not in letters, goes on without being kept there", async () => {
  const text = "字".repeat(9_500);
  const { payload, ...signal } = signalOf({ deal_id: null });
  const long = { ...signal, payload: { ...payload, text, old_value: text, new_value: text } };
  const { enriched, step } = published((await enrich([eventOf(long)])).outcomes[0]);
  expect(enriched.payload.text).toBe(text);
  expect(step.data).not.toHaveProperty("signal");
});

test("a record in a system that no provider reads is named", async () => {
  const { outcomes } = await enrich([eventOf(signalOf({ deal_id: "pipedrive:6", account_id: "pipedrive:7" }))]);
  expect(published(outcomes[0]).enriched.degraded).toEqual([
    { missing: "deal_context", reason: "no provider reads pipedrive" },
    { missing: "account_context", reason: "no provider reads pipedrive" },
  ]);
});

test("a deal in a CRM without its secret is a dead letter that names the variable; an account there is a gap", async () => {
  const deal = { subject: "salesforce:006200000000001AAA", deal_id: "salesforce:006200000000001AAA" };
  const account = {
    subject: "salesforce:001200000000001AAA",
    deal_id: null,
    account_id: "salesforce:001200000000001AAA",
  };
  const { outcomes, calls } = await enrich([eventOf(signalOf(deal)), eventOf(signalOf(account))]);
  const reason = expect.stringMatching(/^SALESFORCE_PRIVATE_KEY is not set; see docs/);
  expect(outcomes[0]).toMatchObject({ kind: "reject", code: "credentials", reason });
  expect(published(outcomes[1]).enriched.degraded).toEqual([{ missing: "account_context", reason }]);
  expect(calls).toEqual([]);
});

test("a deal that is gone is a fact", async () => {
  const { outcomes } = await enrich([eventOf(signalOf({ deal_id: "hubspot:7" }))]);
  expect(published(outcomes[0]).enriched).toMatchObject({ deal_status: "gone", deal_context: null, degraded: [] });
});

test("a contact's signal is about the contact's one open deal from here on", async () => {
  const contact = signalOf({ subject: "hubspot:201", deal_id: null, contact_id: "hubspot:201" });
  const { outcomes } = await enrich([eventOf(contact)]);
  expect(published(outcomes[0]).enriched).toMatchObject({
    subject: "hubspot:100",
    deal_id: "hubspot:100",
    contact_id: "hubspot:201",
    resolution: { rule: "contact_of_one_open_deal" },
  });
});

test("the owner's time zone and manager come from the list of people, and a list that fails is named", async () => {
  const ana = { email: "ana@us.com", name: "Ana", time_zone: "Europe/Lisbon", manager_email: "mia@us.com" };
  const listed = await enrichWith({ people: async () => new Map([["ana@us.com", ana]]) }, [eventOf(signalOf())]);
  expect(published(listed.outcomes[0]).enriched.deal_context?.owner).toMatchObject({
    time_zone: "Europe/Lisbon",
    manager: { email: "mia@us.com" },
  });
  const failing = { people: () => Promise.reject(new Error("D1_ERROR: overloaded")) };
  const { outcomes } = await enrichWith(failing, [eventOf(signalOf())]);
  expect(published(outcomes[0]).enriched).toMatchObject({
    deal_context: { owner: { time_zone: null } },
    degraded: [{ missing: "deal_context.owner.time_zone", reason: expect.stringMatching(/overloaded/) }],
  });
});

test("what only this signal says is tried again when D1 does not keep it; all else goes on", async () => {
  const down = { memory: memoryThat(() => Promise.reject(new Error("D1_ERROR"))) };
  const call = signalOf({ payload: { event: "call.completed", competitors: ["Globex"] } });
  const { outcomes } = await enrichWith(down, [eventOf(call), eventOf(signalOf()), eventOf(call, { attempt: 5 })]);
  expect(outcomes).toMatchObject([{ kind: "retry" }, { kind: "done" }, { kind: "done" }]);
  expect(published(outcomes[2]).enriched.degraded).toMatchObject([{ missing: "memory" }]);
});

test("an account of another system is not missing when the deal's company is known", async () => {
  const { outcomes } = await enrich([eventOf(signalOf({ account_id: "domain:acme.com" }))]);
  expect(published(outcomes[0]).enriched).toMatchObject({ account_context: { id: "hubspot:300" }, degraded: [] });
});

test("a lane's priority is never lowered by the signal's own urgency", async () => {
  const event = eventOf(signalOf({ deal_id: null, urgency: "low" }), { priority: "high" });
  expect(published((await enrich([event])).outcomes[0]).priority).toBe("high");
});
