// Two versions of the code beside each other: the next one is deployed Worker by Worker, in the order that `npm run deploy`
// works out, while signals flow through both. Then one goes back without being asked, and what it can't read is kept.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WorkerName } from "#contract/queues.ts";
import { deployOrder } from "../scripts/deploy/compatibility.ts";
import { configPath, WORKERS } from "../scripts/deploy/names.ts";
import { messagesOf } from "../scripts/deploy/release.ts";
import { offencesOf } from "../scripts/migration-rule.ts";
import { dealChange, putDeal } from "./support/deals.ts";
import { EXPANSION, GROWN, grownSurface, NEXT, writeNextVersion } from "./support/next-version.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline();
const present = new Map(WORKERS.map((worker) => [worker, messagesOf(worker)] as const));
const next = new Map([...present].map(([worker, surface]) => [worker, grownSurface(surface)] as const));
const PATIENCE_MS = 60_000;
let deals = 7_000;
let sent = 0;

beforeAll(async () => {
  writeNextVersion();
  await pipeline.start();
}, 120_000);
afterAll(() => pipeline.stop());

const atVersion = (version: "present" | "next", worker: WorkerName) => {
  const path = configPath(worker);
  return [path, version === "next" ? `${NEXT}/${path}` : path] as const;
};

/** One Worker after the other; neighbours that no message that grew reaches go together, for they are the same in both. */
function stepsOf(order: readonly WorkerName[]): WorkerName[][] {
  const isReached = (worker: WorkerName) => {
    const { reads = {}, sends = {} } = present.get(worker) ?? {};
    return GROWN.some((topic) => topic in reads || topic in sends);
  };
  const steps: WorkerName[][] = [];
  for (const worker of order) {
    const last = steps.at(-1);
    if (last === undefined || isReached(worker) || last.some(isReached)) steps.push([worker]);
    else last.push(worker);
  }
  return steps;
}
const letters = () => pipeline.query("SELECT letter_id, queue, code FROM dead_letters ORDER BY letter_id");
const messagesThere = async () => (await pipeline.json<{ messages: Record<string, number> }>("/api/health")).messages;
/** What happened outside. */
const effects = async () => {
  const [gmail, slack] = await Promise.all([pipeline.sandbox("gmail"), pipeline.sandbox("slack")]);
  const mails = (gmail.records.messages ?? []).filter(({ label_ids: labels }) => String(labels) === "SENT");
  return { mails: mails.length, alerts: (slack.records.messages ?? []).length };
};

/** One deal that is idle, whose follow-up waits for a person, and one that was won, which is told at once. */
async function send(): Promise<{ signalId: string }> {
  const [idle, won] = [++deals, ++deals];
  await putDeal(pipeline, String(idle));
  await putDeal(pipeline, String(won), { dealstage: "closedwon", hs_is_closed: "true", hs_is_closed_won: "true" });
  const answer = await pipeline.hubspot([dealChange(idle), dealChange(won, "dealstage", "closedwon")]);
  expect(answer.status).toBe(202);
  const { signals }: Accepted = JSON.parse(await answer.text());
  sent += 2;
  return { signalId: signals[0]?.signal_id ?? "" };
}

/** Approves what waits, and sees it done: a message that is on its way would be forgotten with the next restart. */
async function approve(signalId: string): Promise<void> {
  const actions = async () => (await pipeline.signal(signalId))?.actions ?? [];
  const pending = (await actions()).filter(({ state }) => state === "pending");
  expect(pending).toHaveLength(1);
  for (const { action } of pending) {
    const body = { content_hash: action.content_hash };
    expect((await pipeline.post(`/api/approvals/${action.action_id}/approve`, body)).status).toBe(200);
  }
  const isDone = async () => (await actions()).every(({ state }) => state === "executed");
  await pipeline.until(`what was approved of ${signalId} done`, isDone, PATIENCE_MS);
}

test("the next version is deployed Worker by Worker while signals flow, and none is lost, doubled or kept", async () => {
  expect(offencesOf("9999_next.sql", EXPANSION.join(";\n"))).toEqual([]);
  for (const statement of EXPANSION) await pipeline.query(statement);
  const { order, stuck } = deployOrder(next, present);
  expect(stuck).toEqual([]);
  expect(order.indexOf("execute")).toBeLessThan(order.indexOf("state"));
  expect(order.indexOf("execute")).toBeLessThan(order.indexOf("decide"));

  const before = await effects();
  let waiting = await send();
  await pipeline.settle(sent, PATIENCE_MS);
  let rounds = 1;
  for (const workers of stepsOf(order)) {
    // The local platform forgets its queues at a restart, so the deployment waits for them; what a person has to approve
    // is in flight, and so is every message between a Worker of one version and one of the other.
    await pipeline.deployAll(workers.map((worker) => atVersion("next", worker)));
    const { signalId } = await send();
    await approve(waiting.signalId);
    await pipeline.settle(sent, PATIENCE_MS);
    waiting = { signalId };
    rounds += 1;
  }
  await approve(waiting.signalId);
  const all = { mails: before.mails + rounds, alerts: before.alerts + rounds };
  expect(await effects()).toEqual(all);
  expect(await letters()).toEqual([]);
  const versions = await messagesThere();
  for (const topic of GROWN)
    expect(versions[topic]).toBe(1 + Math.max(...[...present.values()].map(({ reads }) => reads[topic] ?? 0)));
  expect(await pipeline.query("SELECT DISTINCT grown FROM signals")).toEqual([{ grown: "no" }]);
}, 600_000);

test("a reader that goes back before its sender keeps what it can't read, and it goes on once it can", async () => {
  await pipeline.deployAll(WORKERS.map((worker) => atVersion(worker === "execute" ? "present" : "next", worker)));
  const { signalId } = await send();
  await pipeline.until("a letter for each", async () => (await letters()).length === 2, PATIENCE_MS);
  expect(await letters()).toMatchObject([
    { queue: "plans", code: "unknown_version" },
    { queue: "plans", code: "unknown_version" },
  ]);
  await pipeline.deploy(...atVersion("next", "execute"));
  const replay = await pipeline.post("/api/dead-letters/replay", { filter: { code: "unknown_version" } });
  expect(replay.status).toBe(202);
  const at = replay.headers.get("location") ?? "";
  await pipeline.until(
    "the follow-up",
    async () => {
      await pipeline.fetch(at);
      const actions = (await pipeline.signal(signalId))?.actions ?? [];
      return actions.some(({ state }) => state === "pending");
    },
    PATIENCE_MS,
  );
}, 300_000);
