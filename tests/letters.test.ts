// What an operator does with dead letters on their pages: mend one, have raw bodies read again, stop a replay, keep an alert
// quiet; and a replay that was interrupted goes on by itself.
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signalReceived } from "#contract/messages.ts";
import { createEnvelope } from "#runtime/publish.ts";
import { signalOf } from "#runtime/signal.ts";
import { dealChange } from "./support/deals.ts";
import { Pipeline, type Row } from "./support/pipeline.ts";

const p = new Pipeline();
const origin = "http://localhost:8787";
let cookie = "";
beforeAll(async () => {
  await p.start();
  const email = new URLSearchParams({ email: "operator@localhost" });
  const answer = await p.fetch("/sign-in", { method: "POST", body: email });
  cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
});
afterAll(() => p.stop());

const HOUR_MS = 3_600_000;

async function event(name: string, nowMs = Date.now()) {
  const now = new Date(nowMs).toISOString();
  const draft = {
    signal_type: "custom",
    subject: `standard:${name}`,
    account_id: null,
    deal_id: null,
    contact_id: null,
    payload: { event: "note.added" },
    fired_at: now,
    identity: [name],
  } as const;
  const made = await signalOf(draft, "standard", now);
  if (!made.ok) throw new Error(made.reason);
  const origin = { correlation_id: made.correlationId, priority: "standard", causation_id: null } as const;
  return createEnvelope(signalReceived, made.signal, origin, { now: () => nowMs, newEventId: uuidv7 });
}

/** An event that `enrich` can't read: its urgency is none. */
async function unreadable(name: string) {
  const made = await event(name);
  return { ...made, payload: { ...Object(made.payload), urgency: "quite" } };
}

async function failed(name: string): Promise<Row> {
  const event = await unreadable(name);
  await (await p.queue("ingest", "SIGNALS")).send(JSON.stringify([event]), { contentType: "text" });
  return p.until("the letter", async () => (await letters(`event LIKE '%standard:${name}"%'`))[0]);
}

const letters = (where: string) => p.query(`SELECT * FROM dead_letters WHERE ${where}`);
const letter = async (id: unknown) => (await letters(`letter_id = '${id}'`))[0];
const page = async (path: string) => (await p.fetch(path, { headers: { cookie, accept: "text/html" } })).text();
const form = (path: string, fields: Record<string, string>) =>
  p.fetch(path, {
    method: "POST",
    headers: { cookie, origin, accept: "text/html" },
    body: new URLSearchParams(fields),
  });
const slackTold = async () =>
  (await p.sandbox("slack")).requests.filter(({ path }) => path.endsWith("chat.postMessage")).length;

test("a mended event goes on from where it failed, with what it was on record", async () => {
  const { letter_id, event, signal_id } = await failed("mended");
  const at = `/dead-letters/letters/${letter_id}`;
  expect(await page(at)).toContain("Mend the event");
  const broken = await form(`${at}/mend`, { event: "{", note: "urgency" });
  expect([broken.status, await broken.text()]).toEqual([422, expect.stringContaining("not JSON any more")]);
  const renamed = String(event).replace(/"event_id":"[^"]+"/, `"event_id":"${uuidv7()}"`);
  expect((await form(`${at}/mend`, { event: renamed, note: "urgency" })).status).toBe(422);

  const mended = await form(`${at}/mend`, {
    event: String(event).replace('"quite"', '"low"'),
    note: "urgency was no urgency",
  });
  expect([mended.status, mended.headers.get("location")]).toEqual([
    303,
    expect.stringMatching(/^\/dead-letters\/replays\//),
  ]);
  await p.until("the signal decided", async () => {
    const steps = await p.query("SELECT step FROM trail WHERE signal_id = ?", signal_id);
    return steps.some(({ step }) => step === "decided");
  });
  const after = await letter(letter_id);
  expect(after?.state).toBe("replayed");
  expect(JSON.parse(String(after?.history))).toMatchObject([
    { did: "mended", note: "urgency was no urgency", before: { payload: { urgency: "quite" } } },
    { did: "replayed" },
  ]);
  expect(await page(at)).toContain("urgency was no urgency");
});

test("an event that was not understood is read again from its raw body, and comes back to its own letter", async () => {
  const answer = await p.hubspot([dealChange(700), { ...dealChange(701), objectId: [] }]);
  expect(await answer.json()).toMatchObject({ accepted: 1, rejected: 1 });
  const first = await p.until("the letter", async () => (await letters("stage = 'ingest'"))[0]);
  expect(first).toMatchObject({ raw_ref: expect.stringMatching(/^raw\/hubspot\//), times: 1 });
  const at = `/dead-letters/letters/${first.letter_id}`;
  expect(await page(at)).not.toContain("Mend the event");
  const preview = await form(`${at}/preview`, { how: "raw" });
  expect(await preview.text()).toContain("Replay 1 dead letter?");
  expect((await form(`${at}/replay`, { how: "raw" })).status).toBe(303);
  await p.until("it back", async () => (await letter(first.letter_id))?.times === 2);
  expect(await letters("stage = 'ingest'")).toMatchObject([{ letter_id: first.letter_id, state: "open" }]);
});

test("an event goes on under the rules that were active when it was sent", async () => {
  const document = 'rules: [{ id: then, for: It was., when: "false" }]';
  for (const [version, hours] of [
    ["then", 3],
    ["later", 1],
  ] as const) {
    const at = new Date(Date.now() - hours * HOUR_MS).toISOString();
    await p.query("INSERT INTO rulesets VALUES (?, ?, 'ana', '', ?)", version, document, at);
    await p.query("INSERT INTO ruleset_activations VALUES (?, ?, 'ana')", at, version);
  }
  const moved = await event("then", Date.now() - 2 * HOUR_MS);
  await (await p.queue("enrich", "SIGNALS_DEAD")).send(JSON.stringify([moved]), { contentType: "text" });
  const { letter_id, signal_id } = await p.until("the letter", async () => (await letters("code = 'crashed'"))[0]);
  const at = `/dead-letters/letters/${letter_id}`;
  const preview = await form(`${at}/preview`, { how: "stage_then" });
  expect(await preview.text()).toContain("the rules that were active when it was sent");
  expect((await form(`${at}/replay`, { how: "stage_then" })).status).toBe(303);
  const decided = await p.until("the decision", async () => {
    const [step] = await p.query("SELECT data FROM trail WHERE signal_id = ? AND step = 'decided'", signal_id);
    return step && JSON.parse(String(step.data));
  });
  expect(decided).toMatchObject({ ruleset_version: "then", ruleset_source: "then" });
});

test("one letter is discarded with a reason, and not without", async () => {
  const { letter_id } = await failed("discarded");
  const at = `/dead-letters/letters/${letter_id}`;
  expect((await form(`${at}/discard`, { reason: " " })).status).toBe(422);
  expect((await form(`${at}/discard`, { reason: "a test event" })).status).toBe(303);
  expect(await letter(letter_id)).toMatchObject({
    state: "discarded",
    history: expect.stringContaining("a test event"),
  });
});

/** A replay as it stands when the Worker that ran it died. */
async function interrupted(letterId: unknown, changedAt: number): Promise<string> {
  const id = uuidv7();
  const at = new Date(changedAt).toISOString();
  await p.query("INSERT INTO replays VALUES (?, '{}', 'stage', 1, 0, 'running', 'ana@x.test', ?, ?)", id, at, at);
  await p.query("UPDATE dead_letters SET state = 'replaying', replay_id = ? WHERE letter_id = ?", id, letterId);
  return id;
}

test("a replay that was interrupted goes on by itself", async () => {
  const { letter_id } = await failed("interrupted");
  const id = await interrupted(letter_id, Date.now() - 60_000);
  await p.tick();
  expect(await p.query("SELECT state, done FROM replays WHERE replay_id = ?", id)).toEqual([
    { state: "done", done: 1 },
  ]);
  // It can't be read any better than before.
  await p.until("it back", async () => (await letter(letter_id))?.times === 2);
});

test("what a stopped replay had not put back waits again", async () => {
  const { letter_id } = await failed("stopped");
  const id = await interrupted(letter_id, Date.now());
  expect(await page(`/dead-letters/replays/${id}`)).toContain("Stop");
  expect((await form(`/dead-letters/replays/${id}/abort`, {})).status).toBe(303);
  expect(await letter(letter_id)).toMatchObject({ state: "open", replay_id: null });
  await p.tick();
  expect(await p.query("SELECT state FROM replays WHERE replay_id = ?", id)).toEqual([{ state: "aborted" }]);
});

test("a muted alert is shown and its end is not told", async () => {
  await p.tick();
  const [alert] = await p.query("SELECT * FROM alerts WHERE alert LIKE 'dead_letters:%' AND state LIKE 'firing%'");
  await p.until("the alert told", async () => (await slackTold()) > 0);
  expect(await page("/metrics")).toContain("What is wrong now");
  for (const { alert: each } of await p.query("SELECT alert FROM alerts")) {
    expect((await form("/metrics/mute", { alert: String(each), hours: "8" })).status).toBe(303);
  }
  expect((await form("/metrics/mute", { alert: "nope", hours: "8" })).status).toBe(404);
  expect((await form("/metrics/mute", { alert: String(alert?.alert), hours: "x" })).status).toBe(422);
  expect(await page("/metrics")).toContain("muted by");
  const before = await slackTold();
  await p.post("/api/dead-letters/discard", { filter: {}, reason: "the end of the test" });
  await p.tick();
  const [over] = await p.query("SELECT state FROM alerts WHERE alert = ?", alert?.alert);
  expect(over?.state).toBe("recovered");
  expect(await slackTold()).toBe(before);
});
