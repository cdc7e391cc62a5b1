// Raw bodies, end to end: what is kept of a request, and what reading it again does and does not do.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline();
beforeAll(() => pipeline.start());
beforeEach(() => pipeline.reset());
afterAll(() => pipeline.stop());

const replay = (key: string) => pipeline.post(`/api/raw/${encodeURIComponent(key)}/replay`, {});
const steps = (signalId: string, step: string) =>
  pipeline.query("SELECT summary, actor, data FROM trail WHERE signal_id = ? AND step = ?", signalId, step);
const slackMessages = async () => (await pipeline.sandbox("slack")).records.messages ?? [];
const deadLetters = () => pipeline.query("SELECT queue, stage, code, reason FROM dead_letters");

/** Puts a body there as `ingest` does when an adapter does not understand it. */
async function keep(day: string, name: string, events: unknown, source = "hubspot"): Promise<string> {
  const key = `raw/${source}/${day}/${name.padEnd(26, "a")}`;
  const customMetadata = {
    source,
    received_at: `${day}T08:00:00.000Z`,
    correlation_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    reason: "not_understood",
    headers: '[["content-type","application/json"]]',
  };
  await (await pipeline.rawBodies()).put(key, JSON.stringify(events), { customMetadata });
  return key;
}

test("a body over 4 KB is in R2, and its signals name it", async () => {
  const events = Array.from({ length: 30 }, (_, n) => dealChange(800 + n));
  const answer: Accepted = await (await pipeline.hubspot(events)).json();
  expect(answer.accepted).toBe(30);
  await pipeline.settle(30);
  const [received] = await steps(answer.signals[7]?.signal_id ?? "", "received");
  const { raw_ref } = JSON.parse(String(received?.data));
  const object = await (await pipeline.rawBodies()).get(raw_ref);
  expect(JSON.parse((await object?.text()) ?? "null")).toEqual(events);
  expect(object?.customMetadata).toMatchObject({ source: "hubspot", reason: "large" });
  expect(JSON.stringify(object?.customMetadata)).not.toContain("signature");
});

test("a body that is not understood is kept; a replay before the fix is a dead letter with the reason", async () => {
  const response = await pipeline.hubspot('{"hello":1}');
  expect(response.status).toBe(400);
  const problem: { raw_ref: string } = await response.json();
  expect(await (await pipeline.rawBodies()).head(problem.raw_ref)).not.toBeNull();

  expect((await replay(problem.raw_ref)).status).toBe(202);
  const [letter] = await pipeline.until("the dead letter", async () => {
    const letters = await deadLetters();
    return letters.length > 0 && letters;
  });
  expect(letter).toMatchObject({ queue: "replays", stage: "ingest", code: "invalid_event" });
  expect(letter?.reason).toContain(problem.raw_ref);
});

test("a request that was not verified leaves nothing in R2", async () => {
  expect((await pipeline.post("/hooks/hubspot", [dealChange(1)])).status).toBe(401);
  expect((await (await pipeline.rawBodies()).list({ prefix: "raw/" })).objects).toEqual([]);
});

test("a replay after the fix makes the signal; a second one has no second effect", async () => {
  await putDeal(pipeline, "850", { dealstage: "closedwon", hs_is_closed: "true", hs_is_closed_won: "true" });
  const before = (await slackMessages()).length;
  const key = await keep(new Date().toISOString().slice(0, 10), "won", [dealChange(850, "dealstage", "closedwon")]);

  expect(await (await replay(key)).json()).toEqual({ queued: 1 });
  await pipeline.settle(1);
  const [signal] = await pipeline.query("SELECT signal_id, fate FROM signals");
  const signalId = String(signal?.signal_id);
  await pipeline.until("the effect", async () => (await slackMessages()).length > before);

  expect((await replay(key)).status).toBe(202);
  await pipeline.until("the second decision", async () => (await steps(signalId, "decided")).length === 2);
  await pipeline.settle(1);
  expect(await slackMessages()).toHaveLength(before + 1);
  const states = (await pipeline.signal(signalId))?.actions.map(({ state }) => state);
  expect(new Set(states)).toEqual(new Set(["executed"]));
  const received = await steps(signalId, "received");
  expect(received).toHaveLength(2);
  expect(JSON.parse(String(received[0]?.data))).toMatchObject({ raw_ref: key, replayed_from: key });
  expect(JSON.parse(String(received[0]?.actor))).toMatchObject({ kind: "person", id: "operator@localhost" });
});

test("those of a source and a time are counted, then replayed together", async () => {
  await keep("2026-11-18", "before", [dealChange(860)]);
  await keep("2026-11-19", "one", [dealChange(861)]);
  await keep("2026-11-20", "two", [dealChange(862)]);
  await keep("2026-11-20", "other", { type: "ping" }, "standard");
  const time = { source: "hubspot", from: "2026-11-19T00:00:00.000Z", to: "2026-11-20T23:59:59.999Z" };
  expect(await (await pipeline.post("/api/raw/replay", { ...time, dry_run: true })).json()).toEqual({ count: 2 });
  const response = await pipeline.post("/api/raw/replay", time);
  expect([response.status, await response.json()]).toEqual([202, { queued: 2 }]);
  await pipeline.settle(2);
  const subjects = await pipeline.query("SELECT subject FROM signals ORDER BY subject");
  expect(subjects.map(({ subject }) => subject)).toEqual(["hubspot:861", "hubspot:862"]);
});
