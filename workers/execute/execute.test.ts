import { describe, expect, test } from "vitest";
import type { ActionReleased } from "#contract/action-released.ts";
import { LEASE_SECONDS } from "#contract/deal.ts";
import type { Event } from "#contract/envelope.ts";
import type { ActionAdapter, Attempt } from "./actions/action-adapter.ts";
import type { ActionOutcome } from "./actions/action-outcome.ts";
import { TEST_ACTION, TEST_SETTINGS } from "./actions/test-settings.ts";
import { execute } from "./execute.ts";
import { fakeDeal } from "./fake-deal.ts";
import type { Suppression } from "./suppression.ts";

const START = Date.parse("2026-11-21T08:10:00.000Z");
const EFFECT = { external_id: "C1/1.1", url: null, summary: "posted", at: "2026-11-21T08:10:00.000Z", undo: null };
const EXECUTED: ActionOutcome = { kind: "executed", effect: EFFECT };
const LIMITED: ActionOutcome = { kind: "retry", reason: "429", afterSeconds: 7, effectUnknown: false };
const TIMED_OUT: ActionOutcome = { kind: "retry", reason: "timeout", afterSeconds: null, effectUnknown: true };

const released: ActionReleased = {
  subject: "hubspot:332507367156",
  signal_id: "sig_mfzwizldmvzgk43fn5zgs5dfeq",
  action: {
    ...TEST_ACTION,
    type: "send_alert",
    target: "slack",
    params: { channel: null, text: "x", url: null, to_email: null, thread_key: null },
  },
  released_by: "auto",
  released_at: "2026-11-21T08:09:59.000Z",
  operation: "perform",
  validity: null,
};

/** One action whose adapter gives the outcomes in order; `act` runs inside the adapter, with its ports. */
function given(outcomes: ActionOutcome[], act?: (call: typeof fetch) => Promise<unknown>) {
  const clock = { nowMs: START };
  const now = () => clock.nowMs;
  const deal = fakeDeal(released, now);
  const attempts: Attempt[] = [];
  const fetched: string[] = [];
  const suppression: Suppression = async () => null;
  const adapter: ActionAdapter = {
    type: "send_alert",
    target: "slack",
    async perform(_content, attempt, ports) {
      attempts.push(attempt);
      await act?.(ports.fetch);
      return outcomes.shift() ?? EXECUTED;
    },
    compensate: async () => ({ kind: "compensated", summary: "taken back" }),
  };
  const fetchFake: typeof fetch = async (input) => {
    fetched.push(String(input));
    return new Response("{}");
  };
  const ports = { fetch: fetchFake, now, settings: TEST_SETTINGS, accessTokens: new Map() };
  const event = (attempt: number): Event<ActionReleased> => ({
    event_id: "019aa000-0000-7000-8000-000000000004",
    topic: "action.released",
    schema_version: 1,
    priority: "high",
    correlation_id: "0af7651916cd43dd8448eb211c80319c",
    causation_id: null,
    attempt,
    published_at: released.released_at,
    payload: released,
  });
  return {
    clock,
    deal,
    attempts,
    fetched,
    deliver: (attempt = 1, adapters = [adapter]) =>
      execute(event(attempt), { deal: () => deal, adapters, ports, suppression, dryRun: "" }),
  };
}

describe("a released action", () => {
  test("is claimed, performed with its key, reported and done", async () => {
    const { deliver, deal, attempts } = given([EXECUTED]);
    expect(await deliver()).toEqual({ kind: "done", emits: [] });
    expect(deal.reports).toEqual([{ kind: "executed", effect: EFFECT }]);
    expect(attempts).toEqual([
      {
        idempotencyKey: TEST_ACTION.idempotency_key,
        actionId: TEST_ACTION.action_id,
        correlationId: "0af7651916cd43dd8448eb211c80319c",
        maybeDone: false,
        kept: null,
        releasedAtMs: START - 1_000,
      },
    ]);
  });

  test("that another delivery holds waits for the end of that lease", async () => {
    const { deliver, deal, attempts } = given([]);
    await deal.claim(TEST_ACTION.action_id);
    expect(await deliver()).toMatchObject({ kind: "defer", afterSeconds: LEASE_SECONDS });
    expect(attempts).toEqual([]);
  });

  test.each(["moot", "not_found"] as const)("that is %s is skipped, and the trail says so", async (code) => {
    const { deliver, deal, attempts } = given([]);
    deal.answerClaim = { ok: false, code, message: "the deal was closed" };
    const outcome = await deliver();
    expect(outcome).toMatchObject({ kind: "done", emits: [{ queue: "audit", payload: { step: "skipped" } }] });
    expect(attempts).toEqual([]);
  });

  test("that is already done is done", async () => {
    const { deliver } = given([EXECUTED]);
    await deliver();
    expect(await deliver()).toEqual({ kind: "done", emits: [] });
  });

  test("that did nothing gives its lease back and is tried again when it may", async () => {
    const { deliver, deal, attempts } = given([LIMITED]);
    expect(await deliver()).toMatchObject({ kind: "retry", afterSeconds: 7 });
    expect(deal.reports).toMatchObject([{ kind: "released" }]);
    await deliver(2);
    expect(attempts.map(({ maybeDone }) => maybeDone)).toEqual([false, false]);
  });

  test("of unknown effect keeps its lease, and the next attempt after it has to ask", async () => {
    const { deliver, deal, attempts, clock } = given([TIMED_OUT]);
    const outcome = await deliver();
    expect(outcome).toMatchObject({ kind: "retry", afterSeconds: LEASE_SECONDS + 5 });
    expect(deal.reports).toEqual([]);
    clock.nowMs += (LEASE_SECONDS + 5) * 1_000;
    expect(await deliver(2)).toMatchObject({ kind: "done" });
    expect(attempts.map(({ maybeDone }) => maybeDone)).toEqual([false, true]);
  });

  test("stays in doubt when the attempt that had to ask did nothing itself", async () => {
    const { deliver, deal, attempts, clock } = given([TIMED_OUT, LIMITED]);
    for (const attempt of [1, 2, 3]) {
      await deliver(attempt);
      clock.nowMs += (LEASE_SECONDS + 5) * 1_000;
    }
    expect(attempts.map(({ maybeDone }) => maybeDone)).toEqual([false, true, true]);
    expect(deal.reports).toMatchObject([{ kind: "executed" }]);
  });

  test("that the system refuses fails for good, and the dead letter keeps the words", async () => {
    const { deliver, deal } = given([{ kind: "rejected", reason: "channel_not_found" }]);
    expect(await deliver()).toMatchObject({
      kind: "reject",
      code: "rejected_by_upstream",
      reason: "channel_not_found",
    });
    expect(deal.reports).toEqual([{ kind: "failed", reason: "channel_not_found" }]);
  });

  test("whose effect can't be found out is parked for a person", async () => {
    const { deliver, deal } = given([{ kind: "unknown", reason: "can't look" }]);
    expect(await deliver()).toMatchObject({ kind: "done" });
    expect(deal.reports).toEqual([{ kind: "unknown", reason: "can't look" }]);
  });

  test("that lacks credentials stays released, so that it runs once the secret works", async () => {
    const { deliver, deal } = given([{ kind: "credentials", reason: "SLACK_BOT_TOKEN is not set" }]);
    expect(await deliver()).toMatchObject({ kind: "reject", code: "credentials" });
    expect(deal.state).toBe("released");
    expect(await deliver()).toMatchObject({ kind: "done" });
  });

  test("in doubt that lacks credentials stays in doubt", async () => {
    const { deliver, deal, attempts, clock } = given([TIMED_OUT, { kind: "credentials", reason: "expired" }]);
    for (const attempt of [1, 2, 1]) {
      await deliver(attempt);
      clock.nowMs += (LEASE_SECONDS + 5) * 1_000;
    }
    expect(attempts.at(-1)).toMatchObject({ maybeDone: true });
    expect(deal.state).toBe("executed");
  });

  test("that surely did nothing fails at its last attempt", async () => {
    const { deliver, deal } = given([LIMITED]);
    expect(await deliver(5)).toMatchObject({ kind: "retry", reason: "429" });
    expect(deal.reports).toEqual([{ kind: "failed", reason: "429" }]);
  });

  test("in doubt at its last attempt is not called failed, so that a replay asks first", async () => {
    const { deliver, deal, attempts, clock } = given([TIMED_OUT]);
    expect(await deliver(5)).toMatchObject({ kind: "retry", reason: "timeout" });
    expect(deal.reports).toEqual([]);
    clock.nowMs += LEASE_SECONDS * 1_000;
    expect(await deliver(1)).toMatchObject({ kind: "done" });
    expect(attempts.at(-1)).toMatchObject({ maybeDone: true });
  });

  test("that no adapter performs fails with the page that explains it", async () => {
    const { deliver, deal } = given([]);
    const outcome = await deliver(1, []);
    expect(outcome).toMatchObject({ kind: "reject", code: "unknown_type", reason: expect.stringContaining("docs/") });
    expect(deal.state).toBe("failed");
  });

  test("whose content is malformed fails", async () => {
    const { deliver, deal } = given([{ kind: "malformed", reason: "/params/text: too big" }]);
    expect(await deliver()).toMatchObject({ kind: "reject", code: "malformed" });
    expect(deal.state).toBe("failed");
  });

  test("starts no call whose answer could come after its lease", async () => {
    const setup = given([], async (call) => {
      setup.clock.nowMs += (LEASE_SECONDS - 9) * 1_000;
      await expect(call("https://slack.test/")).rejects.toThrow("lease");
    });
    await setup.deliver();
    expect(setup.fetched).toEqual([]);
  });
});

describe("a call that a limit or an open breaker held back", () => {
  const HELD: ActionOutcome = { ...LIMITED, deferred: true };

  test("gives the lease back and uses up no attempt, not even the last", async () => {
    const { deliver, deal } = given([HELD]);
    expect(await deliver(5)).toMatchObject({ kind: "defer", afterSeconds: 7 });
    expect(deal.reports).toEqual([{ kind: "released", reason: "429" }]);
  });

  test("of which an earlier part may have happened waits for the lease to end", async () => {
    const { deliver, deal } = given([{ ...HELD, effectUnknown: true }]);
    expect(await deliver(5)).toMatchObject({ kind: "defer", afterSeconds: LEASE_SECONDS + 5 });
    expect(deal.reports).toEqual([]);
  });
});

describe("when the deal object can't be reached", () => {
  test("a lost claim is tried again", async () => {
    const { deliver, deal } = given([]);
    deal.throwOn.claim = Object.assign(new Error("Network connection lost."), { retryable: true });
    expect(await deliver()).toMatchObject({ kind: "retry", afterSeconds: null });
  });

  test("an overloaded object is left in peace for a while", async () => {
    const { deliver, deal } = given([]);
    deal.throwOn.claim = Object.assign(new Error("Durable Object is overloaded."), {
      overloaded: true,
      retryable: true,
    });
    expect(await deliver()).toMatchObject({ kind: "retry", afterSeconds: 30 });
  });

  test("a lost report is made again under a claim that asks first", async () => {
    const { deliver, deal, attempts, clock } = given([EXECUTED, EXECUTED]);
    deal.throwOn.report = new Error("Network connection lost.");
    expect(await deliver()).toMatchObject({ kind: "retry" });
    clock.nowMs += LEASE_SECONDS * 1_000;
    expect(await deliver(2)).toMatchObject({ kind: "done" });
    expect(attempts.map(({ maybeDone }) => maybeDone)).toEqual([false, true]);
  });

  test("a report that comes after the lease is not taken, and the event comes back", async () => {
    const setup = given([EXECUTED], async () => {
      if (setup.attempts.length > 1) return;
      setup.clock.nowMs += LEASE_SECONDS * 1_000;
      await setup.deal.claim(TEST_ACTION.action_id);
    });
    expect(await setup.deliver()).toMatchObject({ kind: "retry", reason: expect.stringContaining("not taken") });
  });
});
