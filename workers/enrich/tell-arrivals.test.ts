// The first step of a trail, told beside whatever becomes of the signal.
import { expect, test } from "vitest";
import { Envelope, type Event } from "#contract/envelope.ts";
import golden from "#contract/golden/signal.received.v1.json" with { type: "json" };
import { auditStep, parsePayload, signalReceived } from "#contract/messages.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { done, type Emission, type Outcome, reject, retry } from "#runtime/outcome.ts";
import { tellArrivals } from "./tell-arrivals.ts";

function arrived(fields: Partial<Event<SignalReceived>> = {}): Event<SignalReceived> {
  const parsed = parsePayload(signalReceived, Envelope.parse(golden));
  if (!parsed.ok) throw new Error(parsed.reason);
  return { ...parsed.event, causation_id: null, ...fields };
}

let serial = 0;
const ports = {
  now: () => Date.parse("2026-11-21T08:00:09.000Z"),
  newEventId: () => `019a9f00-0000-7000-8000-${String(++serial).padStart(12, "0")}`,
};

async function told(event: Event<SignalReceived>, outcome: Outcome): Promise<readonly Emission[]> {
  const [settled] = await tellArrivals(async () => [outcome], ports)([event]);
  expect(settled).toMatchObject({ kind: outcome.kind });
  return settled?.emits ?? [];
}

function stepIn(emission: Emission | undefined) {
  if (emission === undefined || !("envelope" in emission)) throw new Error("no step was told");
  const parsed = parsePayload(auditStep, emission.envelope);
  if (!parsed.ok) throw new Error(parsed.reason);
  return { ...parsed.event.payload, event_id: parsed.event.event_id };
}

test.each([done(), retry("the CRM is down"), reject("invalid_event", "too large")])(
  "an arrival opens the trail, whatever becomes of the signal: %o",
  async (outcome) => {
    const { payload, event_id } = arrived();
    const took = new Date(Date.parse(payload.received_at) + 7).toISOString();
    const [step] = await told(arrived({ published_at: took }), outcome);
    expect(stepIn(step)).toMatchObject({
      event_id,
      signal_id: payload.signal_id,
      layer: "ingest",
      step: "received",
      at: payload.received_at,
      duration_ms: 7,
      fate: "in_progress",
      signal: { source: payload.source, event: payload.payload.event },
    });
  },
);

test("every attempt tells the same step under the same id", async () => {
  const [first] = await told(arrived(), retry("later"));
  const [second] = await told(arrived({ attempt: 2 }), done());
  expect(stepIn(second)).toEqual(stepIn(first));
});

test("a mail came to the inbox, and its trail does not name who sent it", async () => {
  const { payload } = arrived();
  const facts = { ...payload.payload, facts: { email: "ana.duarte@northwind.example" } };
  const [step] = await told(arrived({ payload: { ...payload, source: "email", payload: facts } }), done());
  expect(stepIn(step)).toMatchObject({ layer: "inbox" });
  expect(JSON.stringify(stepIn(step))).not.toContain("ana.duarte");
});

test("what an event of ours led to is told by who made it", async () => {
  expect(await told(arrived({ causation_id: "019a9f00-0000-7000-8000-000000000001" }), done())).toEqual([]);
});
