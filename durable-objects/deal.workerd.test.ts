// The Deal object on the platform itself: storage, alarms, eviction, and a queue that refuses.
/// <reference path="./worker-configuration.d.ts" />
/// <reference types="@cloudflare/vitest-plugin/types" />
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Envelope } from "#contract/envelope.ts";
import type { Deal } from "./deal.ts";
import { ANA, actionId, EFFECT, HASH, sampleAction, samplePlan, WAITS } from "./sample-plan.ts";

const DAY = 86_400_000;
const plan = samplePlan(1, [sampleAction(1, { approval: WAITS })]);
const approve = { action_id: actionId(1), actor: ANA, decision: { kind: "approve", content_hash: HASH } } as const;

type Stub = DurableObjectStub<Deal>;
let serial = 0;
function newDeal(): Stub {
  serial += 1;
  return env.DEAL.getByName(`hubspot:${serial}`);
}

/** What the object sends from now on, until it is evicted; `refuses` makes the queues fail. */
async function listen(deal: Stub, refuses = { now: false }): Promise<[string, Envelope][]> {
  const sent: [string, Envelope][] = [];
  await runInDurableObject(deal, (object: Deal) => {
    object.ports.publish = async (queue, envelopes) => {
      if (refuses.now) throw new Error("Too Many Requests");
      for (const envelope of envelopes) sent.push([queue, envelope]);
    };
  });
  return sent;
}

async function advance(deal: Stub, ms: number): Promise<void> {
  await runInDurableObject(deal, (object: Deal) => {
    const { now } = object.ports;
    object.ports.now = () => now() + ms;
  });
}

/** How many publications are stored as not yet taken by a queue. */
function unsent(deal: Stub): Promise<number> {
  return runInDurableObject(deal, (_object, { storage }) => {
    const rows = [...storage.kv.list<string>({ prefix: "action:" })].map(([, text]) => JSON.parse(text));
    return rows.reduce((sum, row) => sum + (row.unsent?.length ?? 0), 0);
  });
}

function alarmOf(deal: Stub): Promise<number | null> {
  return runInDurableObject(deal, (_object, { storage }) => storage.getAlarm());
}

describe("the Deal object", () => {
  it("arms an alarm for what waits, and the alarm releases it", async () => {
    const deal = newDeal();
    const sent = await listen(deal);
    await deal.propose(plan);
    await advance(deal, 14_400_001);
    expect(await runDurableObjectAlarm(deal)).toBe(true);
    expect(await deal.list()).toMatchObject([{ state: "released", released_by: "timeout" }]);
    expect(sent.filter(([queue]) => queue === "actions")).toHaveLength(1);
  });

  it("is named by its subject", async () => {
    const deal = env.DEAL.getByName("hubspot:another");
    await deal.propose(plan);
    expect((await deal.list())[0]?.subject).toBe("hubspot:another");
  });

  it("lets one of two simultaneous approvals through", async () => {
    const deal = newDeal();
    const sent = await listen(deal);
    await deal.propose(plan);
    const results = await Promise.all([deal.decide(approve), deal.decide(approve)]);
    expect(results.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(sent.filter(([queue]) => queue === "actions")).toHaveLength(1);
  });

  it("keeps its state over an eviction", async () => {
    const deal = newDeal();
    await deal.propose(plan);
    const before = await deal.list();
    await evictDurableObject(deal);
    expect(await deal.list()).toEqual(before);
    expect(await deal.propose(plan)).toMatchObject({ accepted: false });
    expect(await deal.decide(approve)).toMatchObject({ ok: true, snapshot: { version: 2 } });
  });

  it("keeps over an eviction what a run is about to overwrite", async () => {
    const deal = newDeal();
    await deal.propose(samplePlan(1, [sampleAction(1)]));
    const claim = await deal.claim(actionId(1));
    const leaseId = claim.ok ? claim.lease_id : "";
    expect(await deal.keep(actionId(1), leaseId, { value: "Qualification" })).toEqual({ ok: true });
    await evictDurableObject(deal);
    await advance(deal, 61_000);
    expect(await deal.claim(actionId(1))).toMatchObject({ maybe_done: true, kept: { value: "Qualification" } });
  });

  it("answers while a queue refuses, keeps what it has to send, and sends it by alarm", async () => {
    const deal = newDeal();
    const refuses = { now: true };
    const sent = await listen(deal, refuses);
    await deal.propose(plan);
    expect(await deal.decide(approve)).toMatchObject({ ok: true });
    expect(await unsent(deal)).toBe(6);
    expect(await alarmOf(deal)).toBeLessThan(Date.now() + 15_000);
    expect(await runDurableObjectAlarm(deal)).toBe(true);
    expect([sent.length, await unsent(deal)]).toEqual([0, 6]);
    refuses.now = false;
    expect(await runDurableObjectAlarm(deal)).toBe(true);
    expect(sent.map(([queue]) => queue)).toEqual(["actions", "notices", "notices", "audit", "audit"]);
    expect(await unsent(deal)).toBe(0);
  });

  it("sends after an eviction what it had not sent before", async () => {
    const deal = newDeal();
    await listen(deal, { now: true });
    await deal.propose(plan);
    await evictDurableObject(deal);
    const sent = await listen(deal);
    expect(await unsent(deal)).toBe(2);
    await runDurableObjectAlarm(deal);
    expect([sent.length, await unsent(deal)]).toEqual([2, 0]);
  });

  it("arms itself again when its alarm was lost", async () => {
    const deal = newDeal();
    await deal.propose(plan);
    const lose = () => runInDurableObject(deal, (_object, { storage }) => storage.deleteAlarm());
    await lose();
    await evictDurableObject(deal);
    expect((await deal.list()).length).toBe(1);
    expect(await alarmOf(deal)).not.toBeNull();
    await lose();
    await deal.poke();
    expect(await alarmOf(deal)).not.toBeNull();
  });

  it("asks no controls before our own alerts run", async () => {
    const own = env.DEAL.getByName("ops:dealwire");
    await runInDurableObject(own, (object: Deal) => {
      object.ports.controls = () => Promise.reject(new Error("overloaded"));
    });
    await own.propose(samplePlan(1, [sampleAction(1)]));
    expect(await own.list()).toMatchObject([{ state: "released", held: null }]);
  });

  it("runs nothing unattended while paused or while the controls are out of reach, and goes on after it", async () => {
    const controls = env.CONTROLS.getByName("controls");
    await controls.setPause({ scope: "all" }, "wrong texts", ANA);
    const deal = newDeal();
    await deal.propose(plan);
    await advance(deal, 14_400_001);
    await runDurableObjectAlarm(deal);
    expect(await deal.list()).toMatchObject([
      { state: "pending", held: { reason: expect.stringContaining("paused") } },
    ]);
    expect(await alarmOf(deal)).not.toBeNull();
    await controls.clearPause({ scope: "all" }, ANA);
    await runInDurableObject(deal, (object: Deal) => {
      object.ports.controls = () => Promise.reject(new Error("overloaded"));
    });
    await deal.poke();
    expect(await deal.list()).toMatchObject([{ state: "pending" }]);
    await evictDurableObject(deal);
    await advance(deal, 14_400_001);
    await deal.poke();
    expect(await deal.list()).toMatchObject([{ state: "released" }]);
    expect((await controls.history()).map(({ summary }) => summary)).toEqual([
      "Resumed everything",
      "Paused everything: wrong texts",
    ]);
  });

  it("calls back a release that was not claimed before a pause, and releases it anew after it", async () => {
    const controls = env.CONTROLS.getByName("controls");
    const deal = newDeal();
    const sent = await listen(deal);
    await deal.propose(samplePlan(1, [sampleAction(1)]));
    await controls.setPause({ scope: "all" }, "wrong texts", ANA);
    await advance(deal, 60_000);
    expect(await deal.claim(actionId(1))).toMatchObject({ ok: false, code: "moot" });
    expect(await deal.list()).toMatchObject([
      { state: "pending", held: { reason: expect.stringContaining("paused") } },
    ]);
    await controls.clearPause({ scope: "all" }, ANA);
    await deal.poke();
    expect(await deal.claim(actionId(1))).toMatchObject({ ok: true, maybe_done: false });
    await expect.poll(() => sent.filter(([queue]) => queue === "actions").length).toBe(2);
  });

  it("tells the controls what people decided, and rejections cost the type a level", async () => {
    const controls = env.CONTROLS.getByName("controls");
    for (let round = 0; round < 3; round += 1) {
      const deal = newDeal();
      const outcome = sampleAction(50 + round, { approval: WAITS });
      await deal.propose(samplePlan(50 + round, [outcome]));
      const decision = { kind: "reject", reason: "no" } as const;
      await deal.decide({ action_id: outcome.action_id, actor: ANA, decision });
      await unsent(deal);
    }
    await expect.poll(async () => (await controls.get()).autopilot).toEqual({ send_alert: "approve" });
    await controls.setAutopilot("send_alert", null, ANA);
  });

  it("does what is overdue when it is poked", async () => {
    const deal = newDeal();
    await deal.propose(plan);
    await advance(deal, DAY);
    await deal.poke();
    expect(await deal.list()).toMatchObject([{ state: "released" }]);
  });

  it("forgets everything 90 days after the last action, and starts over", async () => {
    const deal = newDeal();
    await listen(deal);
    await deal.propose(plan);
    await deal.decide({ ...approve, decision: { kind: "reject", reason: "no" } });
    await expect.poll(() => unsent(deal)).toBe(0);
    await runDurableObjectAlarm(deal);
    expect(await alarmOf(deal)).toBeGreaterThan(Date.now() + 89 * DAY);
    await advance(deal, 90 * DAY + 60_000);
    await runDurableObjectAlarm(deal);
    expect(await deal.list()).toEqual([]);
    expect(await runInDurableObject(deal, (_o, { storage }) => [...storage.kv.list()])).toEqual([]);
    expect(await deal.propose(plan)).toMatchObject({ accepted: true });
  });

  it("leaves no storage behind when it is only read", async () => {
    const deal = newDeal();
    expect(await deal.list()).toEqual([]);
    await deal.poke();
    expect(await deal.decide(approve)).toMatchObject({ ok: false, code: "not_found" });
    expect(await alarmOf(deal)).toBeNull();
  });

  it("writes one row a changed action, and another to forget what it sent itself", async () => {
    const deal = newDeal();
    await listen(deal);
    const written = (step: () => Promise<unknown>) => rowsWritten(deal, step);
    expect(await written(() => deal.propose(plan))).toBe(2);
    expect(await written(() => deal.decide(approve))).toBe(2);
    expect(await written(() => deal.propose(plan))).toBe(0);
  });

  it("writes one row for each step of a run whose caller publishes", async () => {
    const deal = newDeal();
    const sent = await listen(deal);
    const courier = { publishes: true } as const;
    const released = samplePlan(1, [sampleAction(1)]);
    const written = (step: () => Promise<unknown>) => rowsWritten(deal, step);
    expect(await written(() => deal.propose(released, courier))).toBe(1);
    let lease = "";
    const claims = async () => {
      const claimed = await deal.claim(actionId(1), courier);
      if (claimed.ok) lease = claimed.lease_id;
    };
    expect(await written(claims)).toBe(1);
    const told = { kind: "executed", effect: EFFECT } as const;
    expect(await written(() => deal.report(actionId(1), lease, told, courier))).toBe(1);
    expect(sent).toEqual([]);
  });

  it("entrusts a courier that comes again with the same once more, after an eviction, too", async () => {
    const deal = newDeal();
    const courier = { publishes: true } as const;
    const released = samplePlan(1, [sampleAction(1)]);
    const ask = () =>
      runInDurableObject(deal, async (object: Deal) => {
        const { entrusted = [] } = await object.propose(released, courier);
        return entrusted.map(({ queue, envelope }) => [queue, queue === "audit" && envelope.event_id]);
      });
    const first = await ask();
    expect(first.map(([queue]) => queue)).toEqual(["actions", "audit"]);
    await evictDurableObject(deal);
    expect(await ask()).toEqual(first);
  });

  it("takes over what the first layout stored, and sends what it had not sent", async () => {
    const deal = newDeal();
    const refuses = { now: true };
    await listen(deal, refuses);
    await deal.propose(plan);
    await runInDurableObject(deal, (_object, { storage }) => intoFirstLayout(storage));
    await evictDurableObject(deal);
    const sent = await listen(deal);
    expect(await deal.list()).toMatchObject([{ state: "pending" }]);
    expect(await runDurableObjectAlarm(deal)).toBe(true);
    expect(sent.map(([queue]) => queue)).toEqual(["notices", "audit"]);
    expect(await deal.decide(approve)).toMatchObject({ ok: true, snapshot: { version: 2 } });
    const tables = "SELECT name FROM sqlite_master WHERE name IN ('actions', 'outbox', '_migrations')";
    expect(await runInDurableObject(deal, (_o, { storage }) => storage.sql.exec(tables).toArray())).toEqual([]);
  });

  it("is not reached by HTTP", async () => {
    const response = await exports.default.fetch("https://state.test/");
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });
});

/** Values written meanwhile, those of the sending included; alarms are not values. */
async function rowsWritten(deal: Stub, step: () => Promise<unknown>): Promise<number> {
  let rows = 0;
  await runInDurableObject(deal, (_object, { storage }) => {
    const { kv } = storage;
    const put: typeof kv.put = (key, value) => {
      rows += 1;
      kv.put(key, value);
    };
    const counting = { put, delete: kv.delete.bind(kv), get: kv.get.bind(kv), list: kv.list.bind(kv) };
    Object.defineProperty(storage, "kv", { configurable: true, value: counting });
  });
  await step();
  // A second round trip: what the first one sent after its answer has been forgotten by then.
  await unsent(deal);
  return rows;
}

/** Stores what is there as the first layout had it. */
function intoFirstLayout({ kv, sql }: DurableObjectStorage): void {
  sql.exec(`CREATE TABLE _migrations (id INTEGER PRIMARY KEY); INSERT INTO _migrations (id) VALUES (1);
    CREATE TABLE actions (action_id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE horizon (id INTEGER PRIMARY KEY CHECK (id = 1), horizon TEXT NOT NULL);
    CREATE TABLE outbox (seq INTEGER PRIMARY KEY, publications TEXT NOT NULL);`);
  for (const [key, text] of [...kv.list<string>({ prefix: "action:" })]) {
    const { record, unsent: publications } = JSON.parse(text);
    const { owed, ...old } = record;
    sql.exec("INSERT INTO actions VALUES (?, ?)", key.slice("action:".length), JSON.stringify(old));
    sql.exec("INSERT INTO outbox (publications) VALUES (?)", JSON.stringify(publications));
    kv.delete(key);
  }
}
