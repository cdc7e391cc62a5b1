// Two versions of the code and messages in flight: what the version before put on the real queues is consumed to its end by
// the Workers of today, and what a newer version sent, as after a rollback, is kept whole. The messages of before are the
// golden ones, as they were sent; what Deal objects stored is in durable-objects/upgrade.test.ts.
import { readdirSync, readFileSync } from "node:fs";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Envelope, type Topic } from "#contract/envelope.ts";
import { deadQueueOf, QUEUE_NAMES, QUEUES, type QueueName } from "#contract/queues.ts";
import { pack } from "#runtime/publish.ts";
import { ANA, putDeal } from "./support/deals.ts";
import { Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline();
beforeAll(() => pipeline.start());
afterAll(() => pipeline.stop());

/** What the golden messages are about, for each test another one. */
function about(letter: string, dealId: string) {
  const signalId = `sig_${letter.repeat(26)}`;
  const actionId = `act_${letter.repeat(26)}`;
  return {
    dealId,
    actionId,
    golden(topic: Topic, version: number): Envelope {
      const text = readFileSync(`contract/golden/${topic}.v${version}.json`, "utf8")
        .replaceAll("sig_mfzwizldmvzgk43fn5zgs5dfeq", signalId)
        .replaceAll("act_onxw2zltnfxw4zdfmfwhgltbmi", actionId)
        .replaceAll("332507367156", dealId)
        // People of its own, too, so that an erasure empties nothing of the others.
        .replaceAll("508369434347", `5${dealId}`)
        .replaceAll("maton@querbus.example", `maton.${dealId}@querbus.example`);
      return { ...Envelope.parse(JSON.parse(text)), event_id: uuidv7() };
    },
    stepSeen: (step: string) =>
      pipeline.until(step, async () =>
        (await pipeline.signal(signalId))?.trail.some((one) => `${one.layer} ${one.step}` === step),
      ),
    actionIn: (state: string) =>
      pipeline.until(`the action ${state}`, async () =>
        (await pipeline.signal(signalId))?.actions.find((one) => one.state === state),
      ),
  };
}

/** Puts events on a queue by its consumer's own binding, as the version before did by another Worker's. */
async function put(queue: QueueName, ...events: Envelope[]): Promise<void> {
  const binding = await pipeline.queue(QUEUES[queue].consumer, queue.toUpperCase().replaceAll("-", "_"));
  for (const body of pack(events)) await binding.send(body, { contentType: "text" });
}

const letters = () => pipeline.query("SELECT letter_id, queue, code, event FROM dead_letters");

test("a signal that was received before the upgrade is enriched and decided after it", async () => {
  const { dealId, golden, stepSeen, actionIn } = about("a", "901");
  await putDeal(pipeline, dealId);
  await put("signals", golden("signal.received", 1));
  await stepSeen("decide decided");
  expect((await actionIn("pending")).action).toMatchObject({ type: "draft_followup", owner: { email: ANA } });
  expect(await letters()).toEqual([]);
});

test("a signal that was enriched before the upgrade is decided after it", async () => {
  const { golden, actionIn } = about("b", "902");
  await put("enriched", golden("signal.enriched", 1));
  expect((await actionIn("pending")).action.type).toBe("draft_followup");
  expect(await letters()).toEqual([]);
});

test("a plan that was decided before the upgrade is approved and done after it, and its effect happens once", async () => {
  const { golden, actionId, stepSeen, actionIn } = about("c", "903");
  await put("plans", golden("plan.decided", 1));
  const { action } = await actionIn("pending");
  expect(action.action_id).toBe(actionId);

  // Released by the version before, and not by the Deal object of today: it is read, asked for and left alone.
  await put("actions", golden("action.released", 1));
  await stepSeen("execute skipped");

  const approved = await pipeline.post(`/api/approvals/${actionId}/approve`, { content_hash: action.content_hash });
  expect(approved.status).toBe(200);
  await put("actions", golden("action.released", 1), golden("action.released", 1));
  await actionIn("executed");
  const { messages = [] } = (await pipeline.sandbox("gmail")).records;
  expect(messages.filter(({ label_ids: labels }) => String(labels) === "SENT")).toHaveLength(1);
  expect(await letters()).toEqual([]);
});

test("a step and a dead letter that were told before the upgrade are kept after it", async () => {
  const { golden, stepSeen } = about("d", "904");
  await put("audit", golden("audit.step", 1));
  await stepSeen("deal proposed");
  const dead = await pipeline.queue("enrich", "SIGNALS_DEAD");
  for (const body of pack([golden("dead.letter", 1)])) await dead.send(body, { contentType: "text" });
  await pipeline.until("the letter", async () => (await letters()).length === 1);
});

test("every queue reads every version that was ever sent, and keeps one that is too new whole", async () => {
  const files = readdirSync("contract/golden");
  const tooNew = new Map<string, Envelope>();
  for (const [n, queue] of QUEUE_NAMES.entries()) {
    const { topic } = QUEUES[queue];
    const { golden } = about("efghijklmnopqrstuvwxyz"[n] ?? "z", String(910 + n));
    const newest = files.filter((file) => file.startsWith(`${topic}.v`)).length;
    const known = Array.from({ length: newest }, (_, before) => golden(topic, before + 1));
    // About somebody else, or the erasure would empty its own dead letter.
    const event = { ...about("z", String(950 + n)).golden(topic, newest), schema_version: newest + 1 };
    tooNew.set(deadQueueOf(queue), event);
    await put(queue, ...known, event);
  }
  const unread = async () => (await letters()).filter(({ code }) => code === "unknown_version" || code === "malformed");
  await pipeline.until("a letter for each that is too new", async () => (await unread()).length >= tooNew.size);
  const kept = (await unread()).map(({ queue, code, event }) => [code, String(queue), JSON.parse(String(event))]);
  expect(new Set(kept.map(([code]) => code))).toEqual(new Set(["unknown_version"]));
  expect(kept).toHaveLength(tooNew.size);
  for (const [, queue, event] of kept) {
    const sent = tooNew.get(queue) ?? tooNew.get(deadQueueOf(queue));
    expect(event).toMatchObject({ event_id: sent?.event_id, payload: sent?.payload });
  }
});
