// The outbox: nothing lost when a queue refuses, nothing deleted before it was taken.
import { describe, expect, it } from "vitest";
import type * as z from "zod";
import type { Envelope } from "#contract/envelope.ts";
import { actionChanged, actionReleased, auditStep, parsePayload } from "#contract/messages.ts";
import { claim } from "./claim.ts";
import { EMPTY_DEAL } from "./deal-state.ts";
import { drainOutbox, type OutboxRow } from "./outbox.ts";
import { propose } from "./propose.ts";
import { type Publication, publicationsOf } from "./publications.ts";
import { report } from "./report.ts";
import { actionId, EFFECT, NOON, SUBJECT, sampleAction, samplePlan, WAITS } from "./sample-plan.ts";
import { wake } from "./wake.ts";

let serial = 0;
const ports = {
  now: () => NOON,
  newEventId: () => `019a9f00-0000-7000-8000-${String(++serial).padStart(12, "0")}`,
};

function publications(): Publication[] {
  const plan = samplePlan(1, [sampleAction(1), sampleAction(2, { approval: WAITS })]);
  const { change } = propose(EMPTY_DEAL, plan, SUBJECT, NOON);
  return change === null ? [] : publicationsOf(EMPTY_DEAL, change, ports);
}

function payloads(publications: readonly Publication[], queue: string): unknown[] {
  return publications.flatMap((each) =>
    each.queue === queue && each.queue !== "controls" ? [each.envelope.payload] : [],
  );
}

function fakeOutbox(rows: OutboxRow[], refuses: (queue: string) => boolean = () => false) {
  const sent: [string, number][] = [];
  const logged: string[] = [];
  return {
    rows,
    sent,
    logged,
    unsent: () => [...rows],
    forget: (seq: number) => {
      rows.splice(0, rows.findLastIndex((row) => row.seq <= seq) + 1);
    },
    publish: async (queue: string, envelopes: readonly Envelope[]) => {
      if (refuses(queue)) throw new Error("Too Many Requests");
      sent.push([queue, envelopes.length]);
    },
    count: async () => {},
    log: (_level: string, event: string) => {
      logged.push(event);
    },
  };
}

describe("what is published", () => {
  it("parses as the contract's messages and carries the plan's correlation and cause", () => {
    const all = publications();
    expect(all.map(({ queue }) => queue)).toEqual(["actions", "audit", "notices", "audit"]);
    for (const publication of all) {
      if (publication.queue === "controls") continue;
      const { queue, envelope } = publication;
      const message = { actions: actionReleased, rechecks: actionReleased, notices: actionChanged, audit: auditStep }[
        queue
      ];
      expect(parsePayload<z.ZodType>(message, envelope)).toMatchObject({ ok: true });
      expect(envelope).toMatchObject({
        correlation_id: "1".repeat(32),
        causation_id: "019a9f00-0000-7000-8000-000000000001",
        priority: "high",
      });
    }
  });

  it("tells the signal's fate over all of its actions", () => {
    expect(payloads(publications(), "audit")).toMatchObject([{ fate: "waiting" }, { fate: "waiting" }]);
  });
});

describe("the fate", () => {
  it("is told when it changes and not when it stays: a lease that runs out says nothing about it", () => {
    const released = propose(EMPTY_DEAL, samplePlan(1, [sampleAction(1)]), SUBJECT, NOON).change?.deal ?? EMPTY_DEAL;
    const claimed = claim(released, actionId(1), "lease-1", NOON).change?.deal ?? EMPTY_DEAL;
    const { change } = wake(claimed, NOON + 61_000);
    const told = change === null ? [] : publicationsOf(claimed, change, ports);
    expect(payloads(told, "audit")).toMatchObject([{ step: "released", fate: null }]);
    const done = report(claimed, actionId(1), "lease-1", { kind: "executed", effect: EFFECT }, NOON).change;
    const settled = done === null ? [] : publicationsOf(claimed, done, ports);
    expect(payloads(settled, "audit")).toMatchObject([{ step: "executed", fate: "executed" }]);
  });
});

describe("sending", () => {
  it("takes releases first and deletes what was taken", async () => {
    const outbox = fakeOutbox([
      { seq: 1, publications: publications() },
      { seq: 2, publications: publications() },
    ]);
    expect(await drainOutbox(outbox)).toBe(true);
    expect(outbox.sent).toEqual([
      ["actions", 2],
      ["notices", 2],
      ["audit", 4],
    ]);
    expect(outbox.rows).toEqual([]);
  });

  it("keeps everything when a queue refuses, and says so", async () => {
    const outbox = fakeOutbox([{ seq: 1, publications: publications() }], (queue) => queue === "audit");
    expect(await drainOutbox(outbox)).toBe(false);
    expect(outbox.rows).toHaveLength(1);
    expect(outbox.logged).toEqual(["outbox_send_failed"]);
  });

  it("sends what is appended while it sends", async () => {
    const outbox = fakeOutbox([{ seq: 1, publications: publications() }]);
    const publish: typeof outbox.publish = async (queue, envelopes) => {
      if (outbox.sent.length === 0) outbox.rows.push({ seq: 2, publications: publications() });
      await outbox.publish(queue, envelopes);
    };
    expect(await drainOutbox({ ...outbox, publish })).toBe(true);
    expect(outbox.sent).toHaveLength(6);
    expect(outbox.rows).toEqual([]);
  });
});
