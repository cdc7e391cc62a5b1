import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import type { Event } from "#contract/envelope.ts";
import type { RawReplay } from "#contract/raw-replay.ts";
import type { StoredRaw } from "#runtime/read-raw.ts";
import { rawPayload } from "./mail.fixture.ts";
import { replayMail } from "./replay-mail.ts";
import { takeMail } from "./take-mail.ts";

const RECEIVED = Date.parse("2026-11-21T08:00:00.000Z");
const NOW = Date.parse("2026-11-25T08:00:00.000Z");

/** Takes a mail as it comes, and answers its signals and what was kept of it. */
async function taken(name: string) {
  const kept = new Map<string, StoredRaw>();
  const signals: unknown[] = [];
  await takeMail(
    {
      from: "ana.duarte@northwind.example",
      to: "deals@in.dealwire.example",
      rawSize: 1,
      read: async () => rawPayload(name),
    },
    {
      settings: { EMAIL_SENDERS: "@northwind.example", EMAIL_BOMBORA_SENDERS: "" },
      publish: async (queue, envelopes) => {
        if (queue === "signals") signals.push(...envelopes.map(({ payload }) => payload));
      },
      files: { put: async () => "etag" },
      keepRaw: async (key, body, metadata) => void kept.set(key, { body, metadata }),
      log: () => {},
      now: () => RECEIVED,
      newEventId: uuidv7,
    },
  );
  return { kept, signals, key: [...kept.keys()][0] ?? "" };
}

function replay(key: string, getRaw: (key: string) => Promise<StoredRaw | null>) {
  const event: Event<RawReplay> = {
    event_id: uuidv7(),
    topic: "raw.replay",
    schema_version: 1,
    priority: "standard",
    correlation_id: "f".repeat(32),
    causation_id: null,
    attempt: 1,
    published_at: new Date(NOW).toISOString(),
    payload: { key, requested_by: "ana@dealwire.example", requested_at: new Date(NOW).toISOString() },
  };
  return replayMail(event, { getRaw, log: () => {}, now: () => NOW });
}

test.for(["reply.eml", "left-company.eml"])("%s says the same when it is read again, days later", async (name) => {
  const { kept, signals, key } = await taken(name);
  expect(signals).toHaveLength(1);
  const outcome = await replay(key, async (asked) => kept.get(asked) ?? null);
  expect(outcome.kind).toBe("done");
  expect(outcome.emits.filter(({ queue }) => queue === "signals").map(({ payload }) => payload)).toEqual(signals);
  expect(outcome.emits.filter(({ queue }) => queue === "audit")).toMatchObject([
    {
      payload: {
        step: "received",
        at: "2026-11-25T08:00:00.000Z",
        actor: { kind: "person", id: "ana@dealwire.example" },
        data: { replayed_from: key },
      },
    },
  ]);
});

test("a mail that is gone, was not kept as one, or lies in a bucket that is down has its reason", async () => {
  const { kept, key } = await taken("reply.eml");
  const held = kept.get(key);
  const metadata = { ...Object(held?.metadata), headers: '[["content-type","message/rfc822"]]' };
  const outcomes = [
    await replay(key, async () => null),
    await replay(key, async () => ({ body: held?.body ?? new Uint8Array(), metadata })),
    await replay(key, () => Promise.reject(new Error("10001 internal"))),
  ];
  expect(outcomes).toMatchObject([
    { kind: "reject", code: "invalid_event", reason: expect.stringContaining("30 days") },
    { kind: "reject", code: "malformed", reason: expect.stringContaining("who vouched") },
    { kind: "retry", reason: expect.stringContaining("10001") },
  ]);
});
