// The outbox: nothing lost when a queue refuses, nothing deleted before it was taken.
import { describe, expect, it } from "vitest";
import type * as z from "zod";
import type { Envelope } from "#contract/envelope.ts";
import { actionChanged, actionReleased, auditStep, parsePayload } from "#contract/messages.ts";
import { claim } from "./claim.ts";
import { EMPTY_DEAL } from "./deal-state.ts";
import { drainOutbox, type Unsent, withUnsent } from "./outbox.ts";
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

function fakeOutbox(unsent: Unsent, refuses: (queue: string) => boolean = () => false) {
  const forgotten: string[] = [];
  const sent: [string, number][] = [];
  const logged: string[] = [];
  return {
    unsent,
    forgotten,
    sent,
    logged,
    forget: (actionIds: readonly string[]) => {
      forgotten.push(...actionIds);
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
  it("takes releases first and forgets what was taken", async () => {
    const outbox = fakeOutbox(
      new Map([
        [actionId(1), publications()],
        [actionId(2), publications()],
      ]),
    );
    expect(await drainOutbox(outbox)).toBe(true);
    expect(outbox.sent).toEqual([
      ["actions", 2],
      ["notices", 2],
      ["audit", 4],
    ]);
    expect([outbox.unsent.size, outbox.forgotten]).toEqual([0, [actionId(1), actionId(2)]]);
  });

  it("keeps everything when a queue refuses, and says so", async () => {
    const outbox = fakeOutbox(new Map([[actionId(1), publications()]]), (queue) => queue === "audit");
    expect(await drainOutbox(outbox)).toBe(false);
    expect([outbox.unsent.size, outbox.forgotten]).toEqual([1, []]);
    expect(outbox.logged).toEqual(["outbox_send_failed"]);
  });

  it("sends what is added while it sends", async () => {
    const outbox = fakeOutbox(new Map([[actionId(1), publications()]]));
    const publish: typeof outbox.publish = async (queue, envelopes) => {
      if (outbox.sent.length === 0) {
        const added = withUnsent(outbox.unsent, publications(), [actionId(1)]);
        for (const [id, all] of added) outbox.unsent.set(id, all);
      }
      await outbox.publish(queue, envelopes);
    };
    expect(await drainOutbox({ ...outbox, publish })).toBe(true);
    expect(outbox.sent).toEqual([
      ["actions", 1],
      ["notices", 1],
      ["audit", 2],
      ["actions", 1],
      ["notices", 1],
      ["audit", 2],
    ]);
    expect(outbox.unsent.size).toBe(0);
  });

  it("stores a change with many publications on as many of its rows as one row would not hold", () => {
    const many = Array.from({ length: 12 }, () => publications()).flat();
    const rows = [actionId(1), actionId(2), actionId(3), actionId(4)];
    const before: Unsent = new Map([[actionId(1), publications()]]);
    const added = [...withUnsent(before, many, rows).values()];
    expect(added.map(({ length }) => length)).toEqual([24, 20, 8]);
    expect(added.flat().slice(4)).toEqual(many);
  });
});
