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
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AuditStep } from "#contract/audit-step.ts";
import type { Event } from "#contract/envelope.ts";
import { deadLetter } from "#contract/messages.ts";
import { createEnvelope, pack } from "#runtime/publish.ts";
import { stepRows } from "./step-rows.ts";
import { eventId, instant, received, SUMMARY, signalId, snapshot, step } from "./steps.fixture.ts";
import { createStore } from "./store.ts";
import worker from "./worker.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_MIGRATIONS: D1Migration[];
    }
  }
}

const store = createStore(env.DB);
const write = (events: readonly Event<AuditStep>[]) => store.write(stepRows(events));

async function rowsOf(table: "signals" | "trail" | "approvals" | "dead_letters") {
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
    ["signals", "trail", "approvals", "dead_letters"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  ),
);

describe("one batch", () => {
  it("of a thousand steps is one row a step and one write a row", async () => {
    const events = Array.from({ length: 1_000 }, (_, index) =>
      step({ signal_id: signalId(index % 125), at: instant(index) }),
    );
    expect((await write(events)).rowsWritten).toBe(1_000);
    expect(await rowsOf("trail")).toHaveLength(1_000);
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

  it("travels from the queue to the tables", async () => {
    const result = await deliver("audit", pack([received(), step({ fate: "no_action", at: instant(9) })]));
    expect(result).toMatchObject({ explicitAcks: ["m0"], retryMessages: [] });
    expect(await rowsOf("signals")).toMatchObject([{ fate: "no_action" }]);
    expect(await rowsOf("trail")).toHaveLength(2);
  });
});

describe("a signal's row", () => {
  it("costs two rows to open and one for each later fate", async () => {
    const opened = await write([received()]);
    const settled = await write([step({ fate: "executed", at: instant(20) })]);
    // One row of the trail is in both; the signal itself has its index by arrival.
    expect([opened.rowsWritten - 1, settled.rowsWritten - 1]).toEqual([2, 1]);
  });

  it("is opened by whatever comes first and learns the rest when it arrives", async () => {
    await write([step({ fate: "waiting", at: instant(40) })]);
    expect(await rowsOf("signals")).toMatchObject([
      { source: "unknown", fate: "waiting", received_at: instant(40), subject: `unknown:${signalId(1)}` },
    ]);
    await write([received()]);
    expect(await rowsOf("signals")).toMatchObject([{ ...SUMMARY, fate: "waiting", fate_at: instant(40) }]);
  });

  it("keeps its fate when the same webhook is delivered again, however late", async () => {
    await write([received()]);
    await write([step({ fate: "executed", at: instant(50) })]);
    const again = { ...SUMMARY, received_at: instant(90_000) };
    await write([received({ at: instant(90_000), signal: again })]);
    expect(await rowsOf("signals")).toMatchObject([{ ...SUMMARY, fate: "executed", fate_at: instant(50) }]);
  });

  it("takes a fate older than the redelivery that happened to open it", async () => {
    await write([received({ at: instant(90_000), signal: { ...SUMMARY, received_at: instant(90_000) } })]);
    await write([step({ fate: "no_action", at: instant(50) })]);
    expect(await rowsOf("signals")).toMatchObject([{ fate: "no_action", fate_at: instant(50) }]);
  });

  it("ends in the same fate in any order and any split into batches", async () => {
    const fates = ["in_progress", "waiting", "in_progress", "executed"] as const;
    const later = fates.map((fate, index) => step({ fate, at: instant(10 * (index + 1)) }));
    const steps = [
      received(),
      received({ at: instant(99), signal: { ...SUMMARY, received_at: instant(99) } }),
      ...later,
    ];
    const orders = fc.shuffledSubarray(steps, { minLength: steps.length });
    await fc.assert(
      fc.asyncProperty(orders, fc.integer({ min: 1, max: steps.length }), async (order, size) => {
        await env.DB.exec("DELETE FROM signals");
        for (let start = 0; start < order.length; start += size) await write(order.slice(start, start + size));
        const [row] = await rowsOf("signals");
        expect(row).toMatchObject({ source: "hubspot", fate: "executed", fate_at: instant(40) });
      }),
      { numRuns: 60 },
    );
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
    expect(await rowsOf("signals")).toEqual([]);
  });

  it("waits in its queue when D1 does not take it", async () => {
    await env.DB.exec("ALTER TABLE dead_letters RENAME TO gone");
    const result = await deliver("plans-dead", letter());
    await env.DB.exec("ALTER TABLE gone RENAME TO dead_letters");
    expect(result).toMatchObject({ explicitAcks: [], retryMessages: [{ msgId: "m0" }] });
  });
});
