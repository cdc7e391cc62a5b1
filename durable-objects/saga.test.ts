// Effects that are taken back: by a person, and because a plan is done as a whole or not at all.
import { describe, expect, it } from "vitest";
import type { ActionContent } from "#contract/action.ts";
import type { Decision, Report } from "#contract/deal.ts";
import { DRY_RUN_ID } from "#contract/undo.ts";
import { claim } from "./claim.ts";
import { type DealState, type Decided, EMPTY_DEAL } from "./deal-state.ts";
import { decide } from "./decide.ts";
import { propose } from "./propose.ts";
import { publicationsOf } from "./publications.ts";
import { report } from "./report.ts";
import { ANA, actionId, EFFECT, iso, NOON, SUBJECT, sampleAction, samplePlan, WAITS } from "./sample-plan.ts";
import { wake } from "./wake.ts";

const effect = { kind: "executed", effect: EFFECT } as const;
const SENT_MAIL: Extract<ActionContent, { type: "draft_followup" }> = {
  type: "draft_followup",
  target: "gmail",
  params: {
    from: "ana@northwind.example",
    to: [{ email: "maton@querbus.example", name: null }],
    subject: "Next steps",
    body: "Hi",
    thread_id: null,
    deliver: "send",
  },
};
const failed = { kind: "failed", reason: "no such channel" } as const;
const next = (deal: DealState, { change }: Decided<unknown>) => change?.deal ?? deal;

function planned(atomic: boolean, count = 3, last = {}): DealState {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const actions = numbers.map((number) => sampleAction(number, number === count ? last : {}));
  return next(EMPTY_DEAL, propose(EMPTY_DEAL, samplePlan(1, actions, { atomic }), SUBJECT, NOON));
}

/** Claimed and reported right away. */
function run(deal: DealState, number: number, told: Report): DealState {
  const claimed = next(deal, claim(deal, actionId(number), `lease-${number}`, NOON));
  return next(claimed, report(claimed, actionId(number), `lease-${number}`, told, NOON));
}

function when(deal: DealState, decision: Decision, now = NOON) {
  return decide(deal, { action_id: actionId(1), actor: ANA, decision }, null, now);
}

const states = (deal: DealState) => Array.from(deal.records.values(), ({ snapshot }) => snapshot.state);

describe("an atomic plan", () => {
  it("runs in order, each step after the one before", () => {
    const deal = planned(true);
    expect(states(deal)).toEqual(["released", "proposed", "proposed"]);
    expect(states(run(deal, 1, effect))).toEqual(["executed", "released", "proposed"]);
  });

  it("asks for a later step only when it is its turn", () => {
    const deal = planned(true, 2, { approval: WAITS });
    expect(states(run(deal, 1, effect))).toEqual(["executed", "pending"]);
  });

  it("that fails takes back what it did, the latest first, and runs nothing more", () => {
    const done = run(run(planned(true, 4), 1, effect), 2, effect);
    const broken = run(done, 3, failed);
    expect(states(broken)).toEqual(["executed", "compensating", "failed", "superseded"]);
    const second = run(broken, 2, { kind: "compensated", summary: "deleted" });
    expect(states(second)).toEqual(["compensating", "compensated", "failed", "superseded"]);
    const first = run(second, 1, { kind: "compensated", summary: "deleted" });
    expect(states(first)).toEqual(["compensated", "compensated", "failed", "superseded"]);
    expect(claim(first, actionId(3), "x", NOON).result).toMatchObject({ ok: false, code: "moot" });
  });

  it("goes on taking back when one step can't be, and says what is left to do by hand", () => {
    const broken = run(run(run(planned(true), 1, effect), 2, effect), 3, failed);
    const told = { kind: "compensation_failed", reason: "Slack says no.", remains: "delete message ts-1" } as const;
    const deal = run(broken, 2, told);
    expect(states(deal)).toEqual(["compensating", "compensation_failed", "failed"]);
    expect(deal.records.get(actionId(2))?.snapshot.error).toBe(
      "Slack says no. Left to do by hand: delete message ts-1",
    );
  });

  const broken = [0, 1, 2, 3].flatMap((failing) =>
    Array.from({ length: 2 ** failing }, (_, mask) => ({ failing, mask })),
  );
  it.each(broken)("that fails at step $failing while $mask (as bits) can't be taken back tries each once", (given) => {
    let deal = planned(true, 4);
    for (let step = 1; step <= given.failing; step += 1) deal = run(deal, step, effect);
    deal = run(deal, given.failing + 1, failed);
    const isRefused = (step: number) => ((given.mask >> (step - 1)) & 1) === 1;
    for (let step = given.failing; step > 0; step -= 1) {
      expect(states(deal).indexOf("compensating")).toBe(step - 1);
      const refusal = { kind: "compensation_failed", reason: "no", remains: `Delete it ${step}.` } as const;
      deal = run(deal, step, isRefused(step) ? refusal : { kind: "compensated", summary: "deleted" });
    }
    const settled = [1, 2, 3, 4].map((step) => {
      if (step > given.failing) return step === given.failing + 1 ? "failed" : "superseded";
      return isRefused(step) ? "compensation_failed" : "compensated";
    });
    expect(states(deal)).toEqual(settled);
    const left = [...deal.records.values()]
      .flatMap(({ snapshot }) => snapshot.error ?? [])
      .filter((error) => error.includes("by hand"));
    expect(left).toHaveLength(settled.filter((state) => state === "compensation_failed").length);
  });

  it("with a step that a person says happened, and of which nobody knows more, names it when it can't be taken back", () => {
    const doubtful = run(planned(true, 2), 1, { kind: "unknown", reason: "timed out" });
    const seen = next(doubtful, when(doubtful, { kind: "settle", happened: true, note: null }));
    expect(states(seen)).toEqual(["executed", "released"]);
    const deal = run(seen, 2, failed);
    expect(deal.records.get(actionId(1))?.snapshot).toMatchObject({
      state: "compensation_failed",
      error: expect.stringMatching(/^Left to do by hand: Tell whoever read it in Slack/),
    });
  });

  it("that was only rehearsed leaves nothing to do by hand", () => {
    const mail = { ...sampleAction(1), ...SENT_MAIL };
    const plan = samplePlan(1, [mail, sampleAction(2)], { atomic: true });
    const proposed = next(EMPTY_DEAL, propose(EMPTY_DEAL, plan, SUBJECT, NOON));
    const rehearsed = run(proposed, 1, {
      kind: "executed",
      effect: { ...EFFECT, external_id: DRY_RUN_ID, undo: null },
    });
    expect(states(run(rehearsed, 2, failed))).toEqual(["compensating", "failed"]);
  });

  it("that a person rejects, or a newer signal ends, takes back what it did", () => {
    const waiting = run(planned(true, 2, { approval: WAITS }), 1, effect);
    const rejected = decide(
      waiting,
      { action_id: actionId(2), actor: ANA, decision: { kind: "reject", reason: "no" } },
      null,
      NOON,
    );
    expect(states(next(waiting, rejected))).toEqual(["compensating", "rejected"]);
  });

  it("is undone as a whole", () => {
    const done = run(run(planned(true, 2), 1, effect), 2, effect);
    const undone = next(done, when(done, { kind: "undo", reason: null }));
    expect(states(run(undone, 1, { kind: "compensated", summary: "deleted" }))).toEqual([
      "compensated",
      "compensating",
    ]);
  });

  it("leaves other plans' steps alone", () => {
    expect(states(run(run(planned(false), 1, effect), 2, failed))).toEqual(["executed", "failed", "released"]);
  });
});

describe("an undo", () => {
  const done = run(planned(false, 1), 1, effect);
  const undone = when(done, { kind: "undo", reason: "wrong deal" });

  it("within the window is handed to execute with the effect", () => {
    const deal = next(done, undone);
    const ports = { now: () => NOON, newEventId: () => "019a9f00-0000-7000-8000-000000000001" };
    const [first] = undone.change === null ? [] : publicationsOf(done, undone.change, ports);
    expect(first).toMatchObject({ queue: "actions", envelope: { payload: { operation: "compensate" } } });
    expect(claim(deal, actionId(1), "lease-9", NOON).result).toMatchObject({
      ok: true,
      operation: "compensate",
      maybe_done: false,
      snapshot: { effect: EFFECT },
    });
  });

  it("after the window, or of what can't be taken back, is refused", () => {
    const until = Date.parse(EFFECT.at) + 86_400_000;
    expect(when(done, { kind: "undo", reason: null }, until).result).toMatchObject({ ok: true });
    expect(when(done, { kind: "undo", reason: null }, until + 1).result).toMatchObject({ code: "not_available" });
    const params = { channel: null, text: "Look", url: null, to_email: null, thread_key: null };
    const teams = { ...sampleAction(1), type: "send_alert", target: "teams", params } as const;
    const other = next(EMPTY_DEAL, propose(EMPTY_DEAL, samplePlan(1, [teams]), SUBJECT, NOON));
    expect(other.records.get(actionId(1))?.snapshot.undo_note).toContain("can't");
    expect(when(run(other, 1, effect), { kind: "undo", reason: null }).result).toMatchObject({ code: "not_available" });
  });

  it("that died on its way asks first and is taken once", () => {
    const claimed = next(done, claim(next(done, undone), actionId(1), "lease-9", NOON));
    const lost = next(claimed, wake(claimed, NOON + 61_000));
    const again = claim(lost, actionId(1), "lease-10", NOON + 62_000);
    expect(again.result).toMatchObject({ ok: true, operation: "compensate", maybe_done: true });
    const told = { kind: "compensated", summary: "deleted" } as const;
    const settled = report(next(lost, again), actionId(1), "lease-10", told, NOON + 63_000);
    expect(report(next(lost, settled), actionId(1), "lease-10", told, NOON)).toEqual({
      result: { ok: true },
      change: null,
    });
  });

  it("that nobody can vouch for leaves the effect to a person", () => {
    const deal = run(next(done, undone), 1, { kind: "unknown", reason: "timed out." });
    expect(deal.records.get(actionId(1))?.snapshot).toMatchObject({
      state: "compensation_failed",
      error: expect.stringContaining("Left to do by hand"),
    });
  });
});

describe("an effect that nobody knows of", () => {
  const unknown = run(planned(false, 1), 1, { kind: "unknown", reason: "timed out after sending" });

  it("waits for a person, and nothing claims it meanwhile", () => {
    expect(states(unknown)).toEqual(["unknown"]);
    expect(claim(unknown, actionId(1), "x", NOON).result).toMatchObject({ ok: false, code: "moot" });
    expect(wake(unknown, NOON * 2).change).toBeNull();
  });

  it("is done when the person saw it, and runs again when they did not", () => {
    const seen = when(unknown, { kind: "settle", happened: true, note: "it is in Sent" });
    expect(seen.result).toMatchObject({ ok: true, snapshot: { state: "executed", note: "it is in Sent" } });
    const gone = when(unknown, { kind: "settle", happened: false, note: null });
    expect(gone.change?.news).toMatchObject([{ step: "settled", publishRelease: true }]);
    expect(claim(next(unknown, gone), actionId(1), "x", NOON).result).toMatchObject({ ok: true, maybe_done: false });
  });
});

describe("a run whose reason nobody could check", () => {
  it("goes back to a person and never runs by itself any more", () => {
    const deal = run(planned(false, 1), 1, { kind: "unverified", reason: "the CRM is down" });
    expect(deal.records.get(actionId(1))?.snapshot).toMatchObject({
      state: "pending",
      due_at: iso(NOON + 14_400_002),
      held: { reason: "the CRM is down" },
      action: { approval: { on_timeout: "wait" } },
    });
  });
});
