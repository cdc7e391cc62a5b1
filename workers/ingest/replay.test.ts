import { readFileSync } from "node:fs";
import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import type { Envelope, Event } from "#contract/envelope.ts";
import type { RawReplay } from "#contract/raw-replay.ts";
import type { AnyQueue } from "#runtime/publish.ts";
import type { StoredRaw } from "#runtime/read-raw.ts";
import { intakeOf } from "./intake.ts";
import { createReplay, type ReplayDeps } from "./replay.ts";
import { SOURCES } from "./sources/registry.ts";

const RECEIVED_AT = "2026-11-20T08:00:00.000Z";
const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const KEY = `raw/hubspot/2026-11-20/${"a".repeat(26)}`;
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const BODY = readFileSync(
  `${import.meta.dirname}/../../tests/payloads/hubspot/deal.propertyChange.dealstage.json`,
  "utf8",
);
const METADATA = {
  source: "hubspot",
  received_at: RECEIVED_AT,
  correlation_id: TRACE,
  reason: "not_understood",
  headers: '[["content-type","application/json"]]',
};
const stored = (fields: Partial<typeof METADATA> = {}, body: string | Uint8Array = BODY): StoredRaw => ({
  body: typeof body === "string" ? new TextEncoder().encode(body) : body,
  metadata: { ...METADATA, ...fields },
});

/** One replay of what the bucket holds under KEY. */
async function replay(held: StoredRaw | null, overrides: Partial<ReplayDeps> = {}) {
  const published: { queue: AnyQueue; envelope: Envelope }[] = [];
  const deps: ReplayDeps = {
    sources: SOURCES,
    settings: {
      PUBLIC_URL: "https://edge.example.com",
      HUBSPOT_CLIENT_SECRET: "secret",
      STANDARD_WEBHOOKS_SECRETS: "whsec_x",
    },
    publish: async (queue, envelopes) =>
      void published.push(...envelopes.map((envelope: Envelope) => ({ queue, envelope }))),
    getRaw: async () => held,
    log: () => {},
    now: () => NOW,
    newEventId: uuidv7,
    ...overrides,
  };
  const event: Event<RawReplay> = {
    event_id: uuidv7(),
    topic: "raw.replay",
    schema_version: 1,
    priority: "standard",
    correlation_id: "f".repeat(32),
    causation_id: null,
    attempt: 1,
    published_at: new Date(NOW).toISOString(),
    payload: { key: KEY, requested_by: "ana@northwind.example", requested_at: new Date(NOW).toISOString() },
  };
  const [outcome] = await createReplay(deps)([event]);
  return { outcome, published, on: (queue: AnyQueue) => published.filter((sent) => sent.queue === queue) };
}

test("the signals are those that the request would have made, with its time of arrival", async () => {
  const { outcome, on } = await replay(stored());
  expect(outcome).toEqual({ kind: "done", emits: [] });
  const hubspot = SOURCES.find(({ name }) => name === "hubspot");
  const normalized = hubspot?.normalize(BODY, { headers: new Headers(), receivedAt: RECEIVED_AT, settings: {} });
  if (hubspot === undefined || !normalized?.ok) throw new Error("the sample is not understood");
  const receivedAtMs = Date.parse(RECEIVED_AT);
  const arrival = { source: hubspot, receivedAtMs, correlationId: TRACE, rawRef: KEY, replay: null };
  const first = await intakeOf(normalized.readings, arrival, { now: () => receivedAtMs, newEventId: uuidv7 });
  expect(on("signals").map(({ envelope }) => [envelope.correlation_id, envelope.payload])).toEqual(
    first.signals.map(({ correlation_id, payload }) => [correlation_id, payload]),
  );
  expect(on("signals")[0]?.envelope.payload).toMatchObject({ received_at: RECEIVED_AT, raw_ref: KEY });
  expect(on("signals")[0]?.envelope.causation_id, "whoever takes it would tell its arrival again").not.toBeNull();
});

test("the trail says by whom and from what it was read again", async () => {
  const { on } = await replay(stored());
  expect(on("audit")[0]?.envelope.payload).toMatchObject({
    layer: "ingest",
    step: "received",
    at: "2026-11-21T08:00:00.000Z",
    data: { replayed_from: KEY },
    actor: { kind: "person", id: "ana@northwind.example", via: "api" },
    signal: { received_at: RECEIVED_AT },
  });
});

test("the kept headers tell the adapter which delivery it was", async () => {
  const headers = JSON.stringify([
    ["webhook-id", "msg_1"],
    ["webhook-timestamp", "verified"],
    ["webhook-signature", "verified"],
  ]);
  const { on } = await replay(stored({ source: "standard", headers }, '{"type":"call.completed","data":{}}'));
  expect(on("signals")[0]?.envelope.payload).toMatchObject({ subject: "standard:msg_1" });
});

test("an event that is still not understood is a dead letter, and the others go on", async () => {
  const [change] = JSON.parse(BODY);
  const { outcome, on } = await replay(stored({}, JSON.stringify([{ ...change, objectId: {} }, change])));
  expect(outcome).toMatchObject({ kind: "done" });
  expect(on("signals")).toHaveLength(1);
  expect(on("signals-dead")).toMatchObject([{ envelope: { correlation_id: TRACE } }]);
});

test.for([
  ["nothing under the key", null, "invalid_event", /no raw body .*30 days/],
  ["a source that is gone", stored({ source: "fax" }), "unknown_type", /fax/],
  ["a source that lacks its secret", stored({ source: "segment" }), "credentials", /SEGMENT_SHARED_SECRET/],
  ["metadata of a stranger", { ...stored(), metadata: {} }, "malformed", /\/source/],
  ["headers of a stranger", stored({ headers: '[["a b","c"]]' }), "malformed", /headers/],
  ["headers that are no JSON", stored({ headers: "x" }), "malformed", /headers/],
  ["what is still not understood", stored({}, '{"hello":1}'), "invalid_event", /still not understood by hubspot/],
  ["what is no text", stored({}, Uint8Array.of(0xff)), "invalid_event", /UTF-8/],
] as const)("%s is a dead letter that says so", async ([, held, code, reason]) => {
  const { outcome, published } = await replay(held);
  expect(outcome).toMatchObject({ kind: "reject", code, reason: expect.stringMatching(reason) });
  expect(published).toEqual([]);
});

test("a bucket that can't be read, and a queue that refuses, are tried again", async () => {
  const failing = () => Promise.reject(new Error("down"));
  expect((await replay(stored(), { getRaw: failing })).outcome).toMatchObject({ kind: "retry" });
  expect((await replay(stored(), { publish: failing })).outcome).toMatchObject({ kind: "retry" });
});
