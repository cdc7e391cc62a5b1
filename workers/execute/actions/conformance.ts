// What every action adapter has to keep, whatever it talks to: one suite over a fake of the outside system that speaks
// its wire format. The crash matrix runs through the real core, because one effect is a promise of both together.
import { describe, expect, test } from "vitest";
import type { ActionReleased } from "#contract/action-released.ts";
import type { Event } from "#contract/envelope.ts";
import { execute } from "../execute.ts";
import { fakeDeal } from "../fake-deal.ts";
import type { ActionAdapter, ActionPorts, ActionSettings, Attempt } from "./action-adapter.ts";
import { isTakenBack } from "./compensation-conformance.ts";

/** The outside system. */
type Upstream = {
  answer(request: Request): Response | Promise<Response>;
  /** How many effects a person outside can see: messages posted, tasks created, mails sent. */
  effects(): number;
};

export type Subject = {
  adapter: ActionAdapter;
  action: ActionReleased["action"];
  settings: ActionSettings;
  /** The secret that the adapter can't do without. */
  secret: keyof ActionSettings;
  /** A fresh outside system; `now` in epoch milliseconds. */
  upstream(now: () => number): Upstream;
  /** Whether this request is the one that makes the effect. */
  isEffect(request: Request): boolean;
  /** A permanent refusal of the effect in the system's own format, with the words "no such place". */
  refusal(): Response;
  /**
   * What an attempt after one of unknown end rests on: a look-up (by default), a key under which the system does a thing
   * once, or nothing, in which case it is parked.
   */
  once?: "looked_up" | "keyed" | "parked";
  /** Which request takes the effect back, or that the system has no way to. */
  undo: { isUndo(request: Request): boolean } | "none";
};

/** What befalls one request: an answer in its place, its loss on the way there, or the loss of its answer. */
type Fault = { where: (request: Request) => boolean; what: "request_lost" | "answer_lost" | (() => Response) };

const START = Date.parse("2026-11-21T08:10:00.000Z");
const LOST = new DOMException("The operation was aborted due to timeout", "TimeoutError");

function setUp(subject: Subject) {
  const clock = { nowMs: START };
  const now = () => clock.nowMs;
  const upstream = subject.upstream(now);
  const faults: Fault[] = [];
  const fetchFake: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const at = faults.findIndex(({ where }) => where(request.clone()));
    const [fault] = at < 0 ? [] : faults.splice(at, 1);
    if (fault === undefined) return upstream.answer(request);
    if (typeof fault.what === "function") return fault.what();
    if (fault.what === "answer_lost") await upstream.answer(request);
    throw LOST;
  };
  let kept: Attempt["kept"] = null;
  const keep: NonNullable<ActionPorts["keep"]> = async (undo) => {
    kept = undo;
    return true;
  };
  const ports = { fetch: fetchFake, now, settings: subject.settings, accessTokens: new Map(), keep };
  const { action } = subject;
  const released: ActionReleased = {
    subject: "hubspot:332507367156",
    signal_id: "sig_mfzwizldmvzgk43fn5zgs5dfeq",
    action,
    released_by: "auto",
    released_at: new Date(START - 1_000).toISOString(),
    operation: "perform",
    validity: null,
  };
  const attempt: Attempt = {
    idempotencyKey: action.idempotency_key,
    actionId: action.action_id,
    correlationId: "0af7651916cd43dd8448eb211c80319c",
    maybeDone: false,
    kept: null,
    releasedAtMs: START - 1_000,
  };
  const event: Event<ActionReleased> = {
    event_id: "019aa000-0000-7000-8000-000000000004",
    topic: "action.released",
    schema_version: 1,
    priority: "high",
    correlation_id: attempt.correlationId,
    causation_id: null,
    attempt: 1,
    published_at: released.released_at,
    payload: released,
  };
  const deal = fakeDeal(released, now);
  const deps = { deal: () => deal, adapters: [subject.adapter], ports, suppression: async () => null, dryRun: "" };
  return {
    clock,
    upstream,
    faults,
    deal,
    perform: (change: Partial<Attempt> = {}, settings = subject.settings) =>
      subject.adapter.perform(action, { ...attempt, kept, ...change }, { ...ports, settings }),
    /** Delivers the event, and again as often as its outcome asks for it; answers the last outcome. */
    async deliver() {
      for (let delivery = event; ; ) {
        const outcome = await execute(delivery, deps);
        if (outcome.kind !== "retry" && outcome.kind !== "defer") return outcome;
        if (delivery.attempt >= 5) return outcome;
        clock.nowMs += (outcome.afterSeconds ?? 10) * 1_000;
        if (outcome.kind === "retry") delivery = { ...delivery, attempt: delivery.attempt + 1 };
      }
    },
  };
}

/** Runs the suite. Call it at the top of the adapter's own test. */
export function conforms(subject: Subject): void {
  const { adapter, isEffect, once = "looked_up" } = subject;
  isTakenBack(subject);

  describe(`${adapter.type} in ${adapter.target}, as every adapter`, () => {
    test("makes its effect and describes it", async () => {
      const { perform, upstream } = setUp(subject);
      const outcome = await perform();
      expect(outcome).toMatchObject({ kind: "executed", effect: { at: "2026-11-21T08:10:00.000Z" } });
      expect(upstream.effects()).toBe(1);
    });

    test("answers 429 with a retry after the time that was asked for", async () => {
      const { perform, faults, upstream } = setUp(subject);
      faults.push({ where: isEffect, what: () => new Response("", { status: 429, headers: { "retry-after": "17" } }) });
      expect(await perform()).toMatchObject({ kind: "retry", afterSeconds: 17 });
      expect(upstream.effects()).toBe(0);
    });

    test("answers 503 with a retry of unknown effect", async () => {
      const { perform, faults } = setUp(subject);
      faults.push({ where: isEffect, what: () => new Response("", { status: 503, headers: { "retry-after": "9" } }) });
      expect(await perform()).toMatchObject({ kind: "retry", afterSeconds: 9, effectUnknown: true });
    });

    test.each(["request_lost", "answer_lost"] as const)("a timeout (%s) is unknown and not a failure", async (what) => {
      const { perform, faults } = setUp(subject);
      faults.push({ where: isEffect, what });
      expect(await perform()).toMatchObject({ kind: "retry", effectUnknown: true });
    });

    test("a refusal is final and keeps the system's words", async () => {
      const { perform, faults } = setUp(subject);
      faults.push({ where: isEffect, what: subject.refusal });
      const outcome = await perform();
      expect(outcome).toMatchObject({ kind: "rejected", reason: expect.stringContaining("no such place") });
    });

    test.each([401, 403])("a %i names the secret to check", async (status) => {
      const { perform, faults } = setUp(subject);
      const what = () => new Response("{}", { status });
      faults.push({ where: isEffect, what }, { where: isEffect, what });
      const outcome = await perform();
      expect(outcome).toMatchObject({ kind: "credentials", reason: expect.stringContaining(subject.secret) });
    });

    test("a secret that is not set is named", async () => {
      const { perform, upstream } = setUp(subject);
      const outcome = await perform({}, { ...subject.settings, [subject.secret]: "" });
      expect(outcome).toMatchObject({ kind: "credentials", reason: expect.stringContaining(subject.secret) });
      expect(upstream.effects()).toBe(0);
    });

    test.skipIf(once === "parked")("finds its earlier effect and does not repeat it", async () => {
      const { perform, upstream } = setUp(subject);
      const first = await perform();
      const second = await perform({ maybeDone: true });
      expect(second).toEqual(first);
      expect(upstream.effects()).toBe(1);
    });

    test.skipIf(once === "parked")("makes its effect when an earlier attempt left none", async () => {
      const { perform, upstream } = setUp(subject);
      expect(await perform({ maybeDone: true })).toMatchObject({ kind: "executed" });
      expect(upstream.effects()).toBe(1);
    });

    test.runIf(once === "parked")("is parked for a person after an attempt of unknown end", async () => {
      const { perform, upstream } = setUp(subject);
      expect(await perform({ maybeDone: true })).toMatchObject({ kind: "unknown" });
      expect(upstream.effects()).toBe(0);
    });

    test.runIf(once === "looked_up")("does not act while it can't find out what an earlier attempt did", async () => {
      const { perform, faults, upstream } = setUp(subject);
      faults.push({ where: (request) => request.method === "GET", what: () => new Response("", { status: 500 }) });
      expect(await perform({ maybeDone: true })).toMatchObject({ kind: "retry", effectUnknown: true });
      expect(upstream.effects()).toBe(0);
    });

    test("content that is not its own is malformed", async () => {
      const { upstream } = setUp(subject);
      const foreign = { type: adapter.type, target: adapter.target, params: {} };
      const ports = { fetch, now: () => START, settings: subject.settings, accessTokens: new Map() };
      const attempt = {
        idempotencyKey: "k",
        actionId: "a",
        correlationId: "c",
        maybeDone: false,
        releasedAtMs: 0,
        kept: null,
      };
      expect(await adapter.perform(foreign, attempt, ports)).toMatchObject({ kind: "malformed" });
      expect(upstream.effects()).toBe(0);
    });
  });

  describe.runIf(once === "parked")(`${adapter.type} in ${adapter.target}, never twice whatever crashes`, () => {
    test.each(["request_lost", "answer_lost"] as const)("the call times out (%s)", async (what) => {
      const { deliver, faults, upstream, deal } = setUp(subject);
      faults.push({ where: isEffect, what });
      expect(await deliver()).toMatchObject({ kind: "done" });
      expect(deal.reports).toMatchObject([{ kind: "unknown" }]);
      expect(upstream.effects()).toBe(what === "answer_lost" ? 1 : 0);
      expect(deal.state).not.toBe("executed");
    });

    test("the report is lost after the effect", async () => {
      const { deliver, upstream, deal } = setUp(subject);
      deal.throwOn.report = new Error("Network connection lost.");
      expect(await deliver()).toMatchObject({ kind: "done" });
      expect(deal.reports).toMatchObject([{ kind: "unknown" }]);
      expect(upstream.effects()).toBe(1);
    });
  });

  describe.skipIf(once === "parked")(`${adapter.type} in ${adapter.target}, one effect whatever crashes`, () => {
    test.each(["request_lost", "answer_lost"] as const)("the call times out (%s)", async (what) => {
      const { deliver, faults, upstream, deal } = setUp(subject);
      faults.push({ where: isEffect, what });
      expect(await deliver()).toMatchObject({ kind: "done" });
      expect(upstream.effects()).toBe(1);
      expect(deal.state).toBe("executed");
    });

    test("the claim is lost before the call", async () => {
      const { deliver, upstream, deal, clock } = setUp(subject);
      await deal.claim("");
      clock.nowMs += 1_000;
      expect(await deliver()).toMatchObject({ kind: "done" });
      expect(upstream.effects()).toBe(1);
    });

    test("the report is lost after the effect", async () => {
      const { deliver, upstream, deal } = setUp(subject);
      deal.throwOn.report = new Error("Network connection lost.");
      expect(await deliver()).toMatchObject({ kind: "done" });
      expect(upstream.effects()).toBe(1);
      expect(deal.reports).toMatchObject([{ kind: "executed" }]);
    });

    test("the event is delivered again after all went well", async () => {
      const { deliver, upstream } = setUp(subject);
      await deliver();
      expect(await deliver()).toMatchObject({ kind: "done" });
      expect(upstream.effects()).toBe(1);
    });

    test("the answer is lost, and the next attempt meets a rate limit", async () => {
      const { deliver, faults, upstream, deal } = setUp(subject);
      faults.push({ where: isEffect, what: "answer_lost" });
      const isLookup = (request: Request) => upstream.effects() > 0 && request.method === "GET";
      faults.push({ where: isLookup, what: () => new Response("", { status: 429 }) });
      expect(await deliver()).toMatchObject({ kind: "done" });
      expect(upstream.effects()).toBe(1);
      expect(deal.reports).toMatchObject([{ kind: "executed" }]);
    });
  });
}
