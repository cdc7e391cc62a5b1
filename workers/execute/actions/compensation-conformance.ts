// What every adapter has to keep when its effect is taken back: one suite over a fake of the outside system. Rule: what the
// terms of an undo promise (contract/undo.ts) is what the adapter does, and where it can't be done a person is told what
// to do instead.
import { describe, expect, test } from "vitest";
import { undoTerms } from "#contract/undo.ts";
import type { Attempt } from "./action-adapter.ts";
import type { Subject } from "./conformance.ts";
import { TEST_ATTEMPT } from "./test-settings.ts";

type Fault = { what: "request_lost" | "answer_lost" | (() => Response) };
type Compensated = Omit<Subject, "undo"> & { undo: Exclude<Subject["undo"], "none"> };

const START = Date.parse("2026-11-21T08:10:00.000Z");
const LOST = new DOMException("The operation was aborted due to timeout", "TimeoutError");

/** The effect was made; `undo` takes it back, through the faults that were pushed. */
async function setUp(subject: Subject) {
  const { adapter, action, undo, settings } = subject;
  const upstream = subject.upstream(() => START);
  const faults: Fault[] = [];
  let requests = 0;
  const fetchFake: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    requests += 1;
    const fault = undo !== "none" && undo.isUndo(request.clone()) ? faults.shift() : undefined;
    if (fault === undefined) return upstream.answer(request);
    if (typeof fault.what === "function") return fault.what();
    if (fault.what === "answer_lost") await upstream.answer(request);
    throw LOST;
  };
  const ports = { fetch: fetchFake, now: () => START, settings, accessTokens: new Map() };
  const attempt: Attempt = { ...TEST_ATTEMPT, idempotencyKey: action.idempotency_key, actionId: action.action_id };
  const performed = await adapter.perform(action, attempt, ports);
  if (performed.kind !== "executed") throw new Error(`${performed.kind}: ${performed.reason}`);
  requests = 0;
  return {
    faults,
    requests: () => requests,
    undo: (changed = settings) =>
      adapter.compensate(action, performed.effect, attempt, { ...ports, settings: changed, accessTokens: new Map() }),
    foreign: () => adapter.compensate({ ...action, params: {} }, performed.effect, attempt, ports),
  };
}

/** Runs the suite. `conforms` calls it; call it yourself for another content of the same adapter. */
export function isTakenBack(subject: Subject): void {
  const { undo, adapter } = subject;
  describe(`${adapter.type} in ${adapter.target}, when it is taken back`, () => {
    test("does what was said beforehand", () => {
      expect(undoTerms(subject.action).window_seconds === null).toBe(undo === "none");
    });
    if (undo === "none") saysWhatIsLeft(subject);
    else takesBack({ ...subject, undo });
  });
}

function saysWhatIsLeft(subject: Subject): void {
  test("calls nobody, and says what to do by hand", async () => {
    const { undo, requests } = await setUp(subject);
    const remains = undoTerms(subject.action).by_hand;
    expect(await undo()).toMatchObject({ kind: "compensation_failed", remains });
    expect(requests()).toBe(0);
  });
}

function takesBack(subject: Compensated): void {
  test("is so once, however often it is asked for", async () => {
    const { undo } = await setUp(subject);
    for (const _time of [1, 2]) expect(await undo()).toMatchObject({ kind: "compensated" });
  });

  test.each([
    [429, 17, { effectUnknown: false }],
    [503, 9, {}],
  ])("answers %i with a retry after the time that was asked for", async (status, seconds, more) => {
    const { undo, faults } = await setUp(subject);
    faults.push({ what: () => new Response("", { status, headers: { "retry-after": String(seconds) } }) });
    expect(await undo()).toMatchObject({ kind: "retry", afterSeconds: seconds, ...more });
  });

  test.each(["request_lost", "answer_lost"] as const)("goes on after a timeout (%s)", async (what) => {
    const { undo, faults } = await setUp(subject);
    faults.push({ what });
    expect(await undo()).toMatchObject({ kind: "retry" });
    expect(await undo()).toMatchObject({ kind: "compensated" });
  });

  test("that is refused keeps the system's words, and says what is left to do by hand", async () => {
    const { undo, faults } = await setUp(subject);
    faults.push({ what: subject.refusal });
    const outcome = await undo();
    expect(outcome).toMatchObject({ kind: "compensation_failed", reason: expect.stringContaining("no such place") });
    expect(outcome).toMatchObject({ remains: expect.stringMatching(/^[A-Z].{20,}\.$/s) });
  });

  test.each([401, 403])("a %i names the secret to check", async (status) => {
    const { undo, faults } = await setUp(subject);
    const what = () => new Response("{}", { status });
    faults.push({ what }, { what });
    expect(await undo()).toMatchObject({ kind: "credentials", reason: expect.stringContaining(subject.secret) });
  });

  test("a secret that is not set is named", async () => {
    const { undo } = await setUp(subject);
    const outcome = await undo({ ...subject.settings, [subject.secret]: "" });
    expect(outcome).toMatchObject({ kind: "credentials", reason: expect.stringContaining(subject.secret) });
  });

  test("content that is not its own is malformed", async () => {
    const { foreign } = await setUp(subject);
    expect(await foreign()).toMatchObject({ kind: "malformed" });
  });
}
