// The ledger on a real D1: rows written once, in any order, and counted.
/// <reference path="./worker-configuration.d.ts" />
/// <reference types="@cloudflare/vitest-plugin/types" />
import {
  applyD1Migrations,
  createExecutionContext,
  createMessageBatch,
  type D1Migration,
  getQueueResult,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AuditStep } from "#contract/audit-step.ts";
import type { Event } from "#contract/envelope.ts";
import { deadLetter } from "#contract/messages.ts";
import { nameTerm } from "#contract/search-terms.ts";
import { createEnvelope, pack } from "#runtime/publish.ts";
import { anchorHead } from "./anchor.ts";
import { createEraseStore } from "./erase/erase-store.ts";
import { keepSteps } from "./ledger.ts";
import { createRolledStore, rollOff } from "./roll-off.ts";
import { eventId, instant, received, SUMMARY, signalId, snapshot, step } from "./steps.fixture.ts";
import { createStore } from "./store.ts";
import { toldSteps } from "./told-steps.ts";
import worker from "./worker.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_MIGRATIONS: D1Migration[];
    }
  }
}

/** A link's row, its place by time, and what the full-text index writes for it. */
const LINK_ROWS = 8;

const store = createStore(env.DB, async () => {});
/** Keeps the steps; answers how many rows were written. */
async function write(events: readonly Event<AuditStep>[]) {
  let rowsWritten = 0;
  const counting = async (batch: Parameters<typeof store.write>[0]) => {
    const result = await store.write(batch);
    rowsWritten += result.rowsWritten;
    return result;
  };
  await keepSteps(toldSteps(events), { ...store, write: counting, now: Date.now });
  return { rowsWritten };
}

async function rowsOf(table: "signals" | "trail" | "approvals" | "cards" | "dead_letters" | "links") {
  return (await env.DB.prepare(`SELECT * FROM ${table}`).all()).results;
}

/** Hands bodies to the Worker as the platform does; answers what it settled. */
async function deliver(queue: string, bodies: readonly unknown[]) {
  const messages = bodies.map((body, index) => ({ id: `m${index}`, timestamp: new Date(), attempts: 1, body }));
  const batch = createMessageBatch(queue, messages);
  await worker.queue(batch, env);
  return getQueueResult(batch, createExecutionContext());
}

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(() =>
  env.DB.batch(
    ["signals", "links", "approvals", "dead_letters"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  ),
);

describe("one batch", () => {
  it("of a thousand steps is one row a signal, and few more", async () => {
    const events = Array.from({ length: 1_000 }, (_, index) =>
      step({ signal_id: signalId(index % 125), at: instant(index) }),
    );
    expect((await write(events)).rowsWritten).toBeLessThanOrEqual(125 + LINK_ROWS);
    expect(await rowsOf("trail")).toHaveLength(1_000);
    expect(
      (await env.DB.prepare("SELECT rowid FROM search WHERE search MATCH ?").bind(signalId(7)).all()).results,
    ).toHaveLength(1);
  });

  it("delivered again writes nothing", async () => {
    const events = [received(), step({ fate: "waiting", at: instant(5), action: snapshot() })];
    expect((await write(events)).rowsWritten).toBeGreaterThan(0);
    const before = [await rowsOf("signals"), await rowsOf("trail"), await rowsOf("approvals")];
    expect((await write(events)).rowsWritten).toBe(0);
    expect([await rowsOf("signals"), await rowsOf("trail"), await rowsOf("approvals")]).toEqual(before);
  });

  it("keeps text that SQLite could not give back, made readable", async () => {
    await write([step({ summary: "a\0b\ud800c 'quoted\" \u2028 👋", data: { "\0": "\udfff" } })]);
    const [row] = await rowsOf("trail");
    expect(row?.summary).toBe("a\u{FFFD}b\u{FFFD}c 'quoted\" \u2028 👋");
    expect(JSON.parse(String(row?.data))).toEqual({ "\0": "\udfff" });
  });

  it("goes on when somebody made a trail unreadable by hand", async () => {
    await write([received()]);
    await env.DB.exec("UPDATE signals SET trail = 'scribble'");
    await write([step({ fate: "executed", at: instant(9) }), received({ signal_id: signalId(2) })]);
    expect(await rowsOf("signals")).toMatchObject([{ fate: "executed" }, { signal_id: signalId(2) }]);
  });

  it("travels from the queue to the tables", async () => {
    const result = await deliver("audit", pack([received(), step({ fate: "no_action", at: instant(9) })]));
    expect(result).toMatchObject({ explicitAcks: ["m0"], retryMessages: [] });
    expect(await rowsOf("signals")).toMatchObject([{ fate: "no_action" }]);
    expect(await rowsOf("trail")).toHaveLength(2);
  });
});

describe("a signal's row", () => {
  it("is written once for each batch that has a step of it", async () => {
    await write([received()]);
    const others = Array.from({ length: 99 }, (_, index) => received({ signal_id: signalId(index + 2) }));
    const { rowsWritten } = await write([step({ fate: "executed", at: instant(20) }), ...others]);
    expect(rowsWritten).toBeLessThanOrEqual(100 + LINK_ROWS);
    const [row] = (await env.DB.prepare("SELECT * FROM signals WHERE signal_id = ?").bind(signalId(1)).all()).results;
    expect(row).toMatchObject({ ...SUMMARY, fate: "executed", fate_at: instant(20), link: 2 });
  });

  it("of an action that was approved and executed costs at most six, among others", async () => {
    const of = (id: number, first: number) => {
      const action = snapshot();
      const mine = {
        ...action,
        signal_id: signalId(id),
        action: { ...action.action, action_id: `act_${signalId(id).slice(4)}` },
      };
      const at = (more: number) => instant(first + more);
      return {
        proposed: [
          received({ signal_id: signalId(id) }),
          step({ signal_id: signalId(id), fate: "waiting", at: at(5), action: mine }),
        ],
        executed: [
          step({
            signal_id: signalId(id),
            at: at(6),
            action: { ...mine, version: 2, state: "released", due_at: null },
          }),
          step({
            signal_id: signalId(id),
            fate: "executed",
            at: at(7),
            action: { ...mine, version: 3, state: "executed", due_at: null },
          }),
        ],
      };
    };
    const all = Array.from({ length: 100 }, (_, index) => of(index + 1, index));
    const first = await write(all.flatMap(({ proposed }) => proposed));
    const second = await write(all.flatMap(({ executed }) => executed));
    expect((first.rowsWritten + second.rowsWritten) / 100).toBeLessThanOrEqual(6);
  });
});

describe("an action's row", () => {
  it("only moves to a newer version", async () => {
    await write([step({ action: snapshot({ version: 5, state: "executed", due_at: null }) })]);
    await write([step({ action: snapshot({ version: 4, state: "pending" }) })]);
    expect(await rowsOf("approvals")).toMatchObject([{ version: 5, state: "executed" }]);
    await write([step({ action: snapshot({ version: 6, state: "compensated", due_at: null }) })]);
    expect(await rowsOf("approvals")).toMatchObject([{ version: 6, state: "compensated" }]);
  });
});

describe("a dead letter", () => {
  const payload = {
    queue: "plans",
    stage: "execute",
    code: "credentials",
    reason: "401",
    attempts: 1,
    signal_id: signalId(1),
    first_failed_at: instant(60),
    failed_at: instant(70),
    event: { plan: true },
  } as const;
  const origin = { correlation_id: "0af7651916cd43dd8448eb211c80319c", priority: "high", causation_id: null } as const;
  const letter = () =>
    pack([createEnvelope(deadLetter, payload, origin, { now: Date.now, newEventId: () => eventId(9) })]);

  it("is kept once and settles its signal, whose replay it does not undo when delivered again", async () => {
    await write([received()]);
    expect(await deliver("plans-dead", letter())).toMatchObject({ explicitAcks: ["m0"] });
    expect(await rowsOf("dead_letters")).toMatchObject([
      { letter_id: eventId(9), state: "open", event: '{"plan":true}' },
    ]);
    expect(await rowsOf("signals")).toMatchObject([{ fate: "dead_lettered" }]);
    await write([step({ fate: "executed", at: instant(80) })]);
    await deliver("plans-dead", letter());
    expect(await rowsOf("signals")).toMatchObject([{ fate: "executed" }]);
    expect(await rowsOf("dead_letters")).toHaveLength(1);
    expect(await rowsOf("trail")).toHaveLength(3);
  });

  it("of the platform's own moving is kept too, rubbish included", async () => {
    await deliver("audit-dead", [pack([step()])[0], "rubbish"]);
    expect(await rowsOf("dead_letters")).toHaveLength(2);
    // A lost step is no fate; that it was lost is in the trail of its signal.
    expect(await rowsOf("signals")).toMatchObject([{ source: "unknown", fate: "in_progress" }]);
  });

  it("waits in its queue when D1 does not take it", async () => {
    await env.DB.exec("ALTER TABLE dead_letters RENAME TO gone");
    const result = await deliver("plans-dead", letter());
    await env.DB.exec("ALTER TABLE gone RENAME TO dead_letters");
    expect(result).toMatchObject({ explicitAcks: [], retryMessages: [{ msgId: "m0" }] });
  });
});

describe("a signal that did not move for long", () => {
  const rolled = createRolledStore(env.TRAIL);
  const day = 86_400_000;

  it("leaves D1 for a file of its day, whole, with its actions, and is found under its id", async () => {
    await write([received(), step({ fate: "executed", at: instant(9), action: snapshot({ state: "executed" }) })]);
    const [kept] = await rowsOf("signals");
    const [action] = await rowsOf("approvals");
    const card = env.DB.prepare(
      "INSERT INTO cards VALUES (?, 'ana@northwind.example', 'hubspot:1', 1, 'D0ANA', '1.0')",
    );
    await card.bind(action?.action_id ?? "").run();
    expect(await rollOff(env.DB, rolled, 90, Date.now() + 89 * day, () => {})).toBe(0);
    expect(await rollOff(env.DB, rolled, 90, Date.now() + 91 * day, () => {})).toBe(1);
    expect([await rowsOf("signals"), await rowsOf("approvals"), await rowsOf("cards")]).toEqual([[], [], []]);
    const [link] = (
      await env.DB.prepare("SELECT l.* FROM search JOIN links AS l ON l.seq = search.rowid WHERE search MATCH ?")
        .bind(signalId(1))
        .all()
    ).results;
    const [line] = await rolled.read(String(link?.rolled_to));
    expect(line).toMatchObject({ ...kept, snapshots: [expect.stringContaining("executed")] });
    expect(await rollOff(env.DB, rolled, 90, Date.now() + 91 * day, () => {})).toBe(0);
  });

  it("is erased there, too", async () => {
    await write([received({ data: { contact_id: "hubspot:77", text: "write to kim@acme.test" } })]);
    await rollOff(env.DB, rolled, 90, Date.now() + 91 * day, () => {});
    const eraser = createEraseStore(env.DB, store, rolled, Date.now);
    const names = new Set(["kim@acme.test"]);
    const terms = new Set([await nameTerm("name", "kim@acme.test")]);
    expect(await eraser.blankSignals(names, terms)).toBe(1);
    const [link] = await rowsOf("links");
    const text = JSON.stringify([await rolled.read(String(link?.rolled_to)), link]);
    expect(text).toContain(signalId(1));
    expect(text).not.toContain("acme");
    expect(await eraser.blankSignals(names, terms)).toBe(0);
  });

  it("is anchored: the head of the chain, once a day", async () => {
    await write([received()]);
    const head = async () => (await store.read([])).head;
    const now = Date.parse("2026-11-21T09:07:00.000Z");
    expect([await anchorHead(head, env.TRAIL, now), await anchorHead(head, env.TRAIL, now)]).toEqual([true, false]);
    expect(await (await env.TRAIL.get("anchors/2026-11-21.json"))?.json()).toMatchObject({ seq: 1, day: "2026-11-21" });
  });
});
