// What is kept elsewhere than in a row of D1 is read back whole: data too large for it, and signals that did not move for long.
// And somebody who was erased stays so, there and everywhere: a raw body that nobody understood is gone with the rest, and what arrives afterwards
// from before the erasure, as a dead letter or as a step, is found and emptied, too.
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Envelope } from "#contract/envelope.ts";
import { auditStep, deadLetter, signalReceived } from "#contract/messages.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { stepOf } from "#runtime/audit.ts";
import { createEnvelope, pack } from "#runtime/publish.ts";
import { receivedStep } from "#runtime/received-step.ts";
import { signalOf } from "#runtime/signal.ts";
import { Pipeline } from "./support/pipeline.ts";
import { verifyTrail } from "./support/verify-trail.ts";

const KIM = "kim.late@acme.test";
const HOUR_MS = 3_600_000;
/** Signals leave D1 whenever the hourly job runs. */
const p = new Pipeline({ TRAIL_KEPT_DAYS: "0" });
let door: string;
const ports = { now: Date.now, newEventId: uuidv7, codeVersion: "test" };
const standard = { priority: "standard", causation_id: null } as const;

beforeAll(async () => {
  door = await p.start();
});
afterAll(() => p.stop());

/** A signal that speaks of them and was received an hour ago. */
async function signal(name: string): Promise<{ signal: SignalReceived; correlation_id: string }> {
  const then = new Date(Date.now() - HOUR_MS).toISOString();
  const draft = {
    signal_type: "custom",
    subject: `standard:${name}`,
    account_id: null,
    deal_id: null,
    contact_id: null,
    payload: { event: "note.added", text: `Call ${KIM} back` },
    fired_at: then,
    identity: [name],
  } as const;
  const made = await signalOf(draft, "standard", then);
  if (!made.ok) throw new Error(made.reason);
  return { signal: made.signal, correlation_id: made.correlationId };
}

async function send(worker: string, binding: string, envelopes: readonly Envelope[]): Promise<void> {
  const queue = await p.queue(worker, binding);
  for (const body of pack(envelopes)) await queue.send(body, { contentType: "text" });
}

const hourly = () => p.tick(["ledger"], new Date(new Date().setUTCMinutes(7)));

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const tables = await p.query(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'search%'",
  );
  return JSON.stringify(await Promise.all(tables.map(({ name }) => p.query(`SELECT * FROM "${name}"`))));
}

const nowhere = (what: string) => p.until(`${what} emptied`, async () => !(await dump()).toLowerCase().includes(KIM));
const erasures = async () => (await p.query("SELECT requested_by, state FROM erasures ORDER BY requested_at")) ?? [];

test("steps that are too large for their row are read back whole", async () => {
  const { signal: large, correlation_id } = await signal("large");
  const origin = { correlation_id, ...standard };
  const steps = Array.from({ length: 26 }, (_, n) =>
    stepOf({
      signal_id: large.signal_id,
      layer: "enrich",
      step: "enriched",
      at: new Date().toISOString(),
      summary: `Step ${n}.`,
      data: { n, text: "x".repeat(90_000) },
    }),
  );
  for (const step of steps) await send("enrich", "AUDIT", [createEnvelope(auditStep, step, origin, ports)]);
  const row = async () =>
    (await p.query("SELECT length(trail) AS bytes, (SELECT count(*) FROM json_each(trail)) AS steps FROM signals"))[0];
  await p.until("every step", async () => (await row())?.steps === steps.length);
  expect(Number((await row())?.bytes)).toBeLessThan(600_000);
  const exported = await p.signal(large.signal_id);
  const data = exported?.trail.map((step) => JSON.stringify(step.data).length);
  expect(data?.every((length) => length > 90_000)).toBe(true);
  expect(await verifyTrail(door)).toMatchObject({ code: 0, said: expect.stringContaining("26 steps") });
});

test("a signal that left D1 opens by its id as before, and the chain is whole", async () => {
  const [row] = await p.query("SELECT signal_id FROM signals");
  await hourly();
  expect(await p.query("SELECT * FROM signals")).toEqual([]);
  const found = await p.signal(String(row?.signal_id));
  expect(found?.trail).toHaveLength(26);
  expect(found?.trail.every((step) => JSON.stringify(step.data).length > 90_000)).toBe(true);
  expect((await verifyTrail(door)).code).toBe(0);
});

test("a raw body of which nothing was understood goes with its person", async () => {
  const refused = await p.hubspot(JSON.stringify({ hello: KIM }));
  const { raw_ref }: { raw_ref: string } = await refused.json();
  const other = await p.hubspot(JSON.stringify({ hello: "lea@acme.test" }));
  const { raw_ref: kept }: { raw_ref: string } = await other.json();
  expect((await p.post("/api/erasures", { emails: [KIM] })).status).toBe(202);
  await p.until("both sweeps", async () => (await erasures())[0]?.state === "done");
  const bucket = await p.rawBodies();
  expect([await bucket.head(raw_ref), (await bucket.head(kept))?.key]).toEqual([null, kept]);
});

test("a dead letter from before that arrives afterwards is emptied", async () => {
  const { signal: late, correlation_id } = await signal("letter");
  const origin = { correlation_id, ...standard };
  const failedAt = new Date().toISOString();
  const payload = {
    queue: "signals",
    stage: "enrich",
    code: "attempts_exhausted",
    reason: `no contact ${KIM}`,
    attempts: 5,
    signal_id: late.signal_id,
    first_failed_at: failedAt,
    failed_at: failedAt,
    event: createEnvelope(signalReceived, late, origin, ports),
  } as const;
  await send("enrich", "SIGNALS_DEAD", [createEnvelope(deadLetter, payload, origin, ports)]);
  await p.until("the letter emptied", async () => {
    const [row] = await p.query("SELECT event, reason, state FROM dead_letters");
    return row?.event === '"erased"' && row.reason === "Erased." && row.state === "discarded";
  });
  expect(await p.query("SELECT reason, state FROM dead_letter_issues")).toEqual([
    { reason: "Erased.", state: "resolved" },
  ]);
  await nowhere("the letter");
  expect(await erasures()).toMatchObject([{ requested_by: "operator@localhost" }, { requested_by: "ledger" }]);
});

test("a step from before that arrives afterwards is emptied, and so is what that signal still does", async () => {
  const { signal: late, correlation_id } = await signal("step");
  const origin = { correlation_id, ...standard };
  const tell = (step: string) =>
    createEnvelope(
      auditStep,
      stepOf({
        signal_id: late.signal_id,
        layer: "enrich",
        step,
        at: new Date().toISOString(),
        summary: "Kim Late was asked.",
        data: { contact: { email: KIM } },
      }),
      origin,
      ports,
    );
  const received = createEnvelope(auditStep, receivedStep(late, "ingest", 1), origin, ports);
  await send("enrich", "AUDIT", [received, tell("enriched")]);
  const trail = () => p.query("SELECT step, summary, data FROM trail WHERE signal_id = ?", late.signal_id);
  await p.until("the steps emptied", async () => {
    const steps = await trail();
    return steps.length === 2 && steps.every(({ summary }) => summary === "Erased.");
  });
  await send("enrich", "AUDIT", [tell("noted")]);
  await p.until("the third step", async () => (await trail()).length === 3);
  expect((await trail()).every(({ summary, data }) => summary === "Erased." && data === null)).toBe(true);
  await nowhere("the steps");
  expect(await verifyTrail(door)).toMatchObject({ code: 0, said: expect.stringMatching(/\([1-9]\d* erased/) });
});

test("somebody is erased from signals that left D1, too", async () => {
  const lea = "lea.rolled@acme.test";
  const { signal: old, correlation_id } = await signal("rolled");
  const step = receivedStep({ ...old, payload: { event: "note.added", text: `Call ${lea}` } }, "ingest", 1);
  await send("enrich", "AUDIT", [createEnvelope(auditStep, step, { correlation_id, ...standard }, ports)]);
  const words = async () => JSON.stringify((await p.signal(old.signal_id))?.trail);
  await p.until("the signal", async () => (await words())?.includes(lea));
  await hourly();
  expect(await p.query("SELECT * FROM signals WHERE signal_id = ?", old.signal_id)).toEqual([]);
  expect(await words()).toContain(lea);
  expect((await p.post("/api/erasures", { emails: [lea] })).status).toBe(202);
  await p.until("it erased", async () => (await words())?.includes("Erased."));
  expect(await words()).not.toContain(lea);
  expect((await verifyTrail(door)).code).toBe(0);
});
