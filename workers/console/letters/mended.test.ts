import { expect, test } from "vitest";
import { signalReceived } from "#contract/messages.ts";
import { createEnvelope } from "#runtime/publish.ts";
import { signalOf } from "#runtime/signal.ts";
import { mended } from "./mended.ts";

const NOW = "2026-11-21T12:00:00.000Z";

async function event() {
  const draft = {
    signal_type: "custom",
    subject: "standard:1",
    account_id: null,
    deal_id: null,
    contact_id: null,
    payload: { event: "note.added" },
    fired_at: NOW,
    identity: ["1"],
  } as const;
  const made = await signalOf(draft, "standard", NOW);
  if (!made.ok) throw new Error(made.reason);
  const origin = { correlation_id: made.correlationId, priority: "standard", causation_id: null } as const;
  const ports = { now: () => Date.parse(NOW), newEventId: () => "019a0000-0000-7000-8000-000000000001" };
  return { envelope: createEnvelope(signalReceived, made.signal, origin, ports), signal: made.signal };
}

test("a payload that parses now may take the place of one that did not", async () => {
  const { envelope, signal } = await event();
  const broken = { ...envelope, payload: { ...signal, subject: "nobody" } };
  expect(mended(broken, envelope)).toEqual({ ok: true, event: envelope });
  expect(mended(envelope, broken)).toMatchObject({ ok: false, reason: expect.stringContaining("/payload/subject") });
});

test.each(["event_id", "topic", "correlation_id"] as const)("%s stays", async (name) => {
  const { envelope } = await event();
  const values = {
    event_id: "019a0000-0000-7000-8000-000000000002",
    topic: "plan.decided",
    correlation_id: "a".repeat(32),
  };
  expect(mended(envelope, { ...envelope, [name]: values[name] })).toEqual({
    ok: false,
    reason: `/${name} can't be changed.`,
  });
});

test("the signal stays the same one", async () => {
  const { envelope, signal } = await event();
  const other = { ...envelope, payload: { ...signal, signal_id: `sig_${"z".repeat(26)}` } };
  expect(mended(envelope, other)).toEqual({ ok: false, reason: "/payload/signal_id can't be changed." });
});

test("what is no event of ours can't be mended", async () => {
  const { envelope } = await event();
  expect(mended("rubbish", envelope)).toMatchObject({ ok: false });
});
