// Plans as they reach the object: once, twice, late, and alike.
import { describe, expect, it } from "vitest";
import type { ActionContent } from "#contract/action.ts";
import type { Event } from "#contract/envelope.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import { claim } from "./claim.ts";
import { type DealState, EMPTY_DEAL } from "./deal-state.ts";
import { decide } from "./decide.ts";
import { propose } from "./propose.ts";
import { report } from "./report.ts";
import {
  ANA,
  actionId,
  EFFECT,
  HASH,
  iso,
  NOON,
  SUBJECT,
  sampleAction,
  samplePlan,
  signalId,
  WAITS,
} from "./sample-plan.ts";
import { wake } from "./wake.ts";

/** The deal after these plans, one second apart. */
function dealAfter(...plans: Event<PlanDecided>[]): DealState {
  return plans.reduce((deal, plan, index) => next(deal, propose(deal, plan, SUBJECT, NOON + index * 1000)), EMPTY_DEAL);
}

function next(deal: DealState, { change }: { change: { deal: DealState } | null }): DealState {
  return change?.deal ?? deal;
}

function at(deal: DealState, number: number) {
  return deal.records.get(actionId(number))?.snapshot;
}

const waits = (number: number, more = {}) => sampleAction(number, { approval: WAITS, ...more });

describe("a plan", () => {
  it("releases what is auto and makes the rest wait", () => {
    const { result, change } = propose(EMPTY_DEAL, samplePlan(1, [sampleAction(1), waits(2)]), SUBJECT, NOON);
    expect(result).toEqual({
      accepted: true,
      actions: [
        { action_id: actionId(1), state: "released", note: null },
        { action_id: actionId(2), state: "pending", note: null },
      ],
    });
    expect(change?.news.map(({ step, publishRelease }) => [step, publishRelease])).toEqual([
      ["proposed", true],
      ["proposed", false],
    ]);
    expect(change?.deal.records.get(actionId(2))?.snapshot.due_at).toBe(iso(NOON + 14_400_000));
  });

  it("proposed a second time changes nothing, even when it was decided otherwise", () => {
    const deal = dealAfter(samplePlan(1, [waits(1)]));
    const again = propose(deal, samplePlan(1, [sampleAction(9)]), SUBJECT, NOON);
    expect(again).toEqual({
      result: {
        accepted: false,
        actions: [{ action_id: actionId(1), state: "pending", note: null }],
        stands: { fate: "waiting", at: expect.any(String) },
      },
      change: null,
    });
  });

  it("with the same action twice files it once", () => {
    const { change } = propose(EMPTY_DEAL, samplePlan(1, [sampleAction(1), sampleAction(1)]), SUBJECT, NOON);
    expect(change?.news).toHaveLength(1);
  });

  it("gives each change the next version of the object and a later time, though the clock stands still", () => {
    const first = propose(EMPTY_DEAL, samplePlan(1, [waits(1), waits(2)]), SUBJECT, NOON);
    const second = propose(next(EMPTY_DEAL, first), samplePlan(2, [waits(3, { rule_id: "other" })]), SUBJECT, NOON);
    expect(at(next(EMPTY_DEAL, second), 3)?.version).toBe(3);
    expect(second.change?.changed[0]?.changed_at).toBe(iso(NOON + 1));
  });
});

describe("a plan that supersedes", () => {
  const closing = samplePlan(5, [sampleAction(5)], { supersedes: "the deal was won" });

  it("takes back what older signals left pending or released, and not its own alert", () => {
    const deal = dealAfter(samplePlan(1, [waits(1)]), samplePlan(2, [sampleAction(2)]), closing);
    expect([1, 2, 5].map((number) => at(deal, number)?.state)).toEqual(["superseded", "superseded", "released"]);
    expect(at(deal, 1)).toMatchObject({ note: "the deal was won", due_at: null });
  });

  it("takes back an older signal's plan that arrives later", () => {
    const deal = dealAfter(closing, samplePlan(1, [waits(1)]));
    expect(at(deal, 1)).toMatchObject({ state: "superseded", note: "the deal was won" });
  });

  it("leaves what newer signals asked for", () => {
    const deal = dealAfter(samplePlan(7, [waits(7)]), closing, samplePlan(8, [waits(8, { rule_id: "other" })]));
    expect([7, 8].map((number) => at(deal, number)?.state)).toEqual(["pending", "pending"]);
  });

  it("ends what is of certain types alone, when it says so, and leaves the rest and what is newer", () => {
    const mail: ActionContent = {
      type: "draft_followup",
      target: "gmail",
      params: {
        from: "ana@dealwire.test",
        to: [{ email: "kim@acme.test", name: null }],
        subject: "Hi",
        body: "Hi",
        thread_id: null,
        deliver: "send",
      },
    };
    const wrote = samplePlan(5, [], { supersedes: "somebody wrote meanwhile", supersedes_only: ["draft_followup"] });
    const older = [{ ...waits(1), ...mail }, waits(2, { rule_id: "other" })];
    const newer = { ...waits(7, { rule_id: "third" }), ...mail };
    const deal = dealAfter(samplePlan(1, older), samplePlan(7, [newer]), wrote);
    expect([1, 2, 7].map((number) => at(deal, number)?.state)).toEqual(["superseded", "pending", "pending"]);
    expect(at(deal, 1)?.note).toBe("somebody wrote meanwhile");
    expect(deal.horizon).toBeNull();
  });

  it("loses to one that supersedes later signals, whichever arrives first", () => {
    const later = samplePlan(9, [], { supersedes: "the deal was lost" });
    expect(dealAfter(later, closing).horizon?.reason).toBe("the deal was lost");
    expect(dealAfter(closing, later).horizon?.reason).toBe("the deal was lost");
    expect(at(dealAfter(later, closing), 5)?.state).toBe("superseded");
  });

  it("lets an executing action finish, but does not let it run again when it is given back", () => {
    const claimed = next(EMPTY_DEAL, claim(dealAfter(samplePlan(1, [sampleAction(1)])), actionId(1), "lease-1", NOON));
    const deal = next(claimed, propose(claimed, closing, SUBJECT, NOON));
    expect(at(deal, 1)?.state).toBe("executing");
    const done = report(deal, actionId(1), "lease-1", { kind: "executed", effect: EFFECT }, NOON);
    expect(at(next(deal, done), 1)?.state).toBe("executed");
    const back = report(deal, actionId(1), "lease-1", { kind: "released", reason: "503" }, NOON);
    expect(at(next(deal, back), 1)).toMatchObject({ state: "superseded", note: "the deal was won" });
  });

  it("ends what was in doubt or could not be checked meanwhile, once it is known that nothing happened", () => {
    const running = next(EMPTY_DEAL, claim(dealAfter(samplePlan(1, [sampleAction(1)])), actionId(1), "lease-1", NOON));
    const told = (deal: DealState, kind: "unknown" | "unverified") =>
      next(deal, report(deal, actionId(1), "lease-1", { kind, reason: "no answer" }, NOON));
    const closed = (deal: DealState) => next(deal, propose(deal, closing, SUBJECT, NOON));
    const settle = { kind: "settle", happened: false, note: null } as const;
    const doubtful = closed(told(running, "unknown"));
    const settled = decide(doubtful, { action_id: actionId(1), actor: ANA, decision: settle }, null, NOON);
    expect(settled.result).toMatchObject({ ok: true, snapshot: { state: "superseded" } });
    expect(at(told(closed(running), "unverified"), 1)?.state).toBe("superseded");
  });

  it("does not hide an effect that may have happened", () => {
    const claimed = next(EMPTY_DEAL, claim(dealAfter(samplePlan(1, [sampleAction(1)])), actionId(1), "lease-1", NOON));
    const lost = next(claimed, wake(claimed, NOON + 61_000));
    const deal = next(lost, propose(lost, closing, SUBJECT, NOON + 62_000));
    expect(at(deal, 1)?.state).toBe("released");
    expect(claim(deal, actionId(1), "lease-2", NOON + 63_000).result).toMatchObject({ ok: true, maybe_done: true });
  });
});

describe("a similar action", () => {
  it("folds into the pending one, which shows it", () => {
    const deal = dealAfter(samplePlan(1, [waits(1)]), samplePlan(2, [waits(2)]), samplePlan(3, [waits(3)]));
    expect(at(deal, 2)).toMatchObject({ state: "superseded", note: `folded into ${actionId(1)}` });
    expect(at(deal, 1)).toMatchObject({ state: "pending", folded_signals: [signalId(2), signalId(3)] });
  });

  it("folds even when its signal is older than that of the pending one", () => {
    const deal = dealAfter(samplePlan(5, [waits(5)]), samplePlan(1, [waits(1)]));
    expect(at(deal, 1)?.note).toBe(`folded into ${actionId(5)}`);
  });

  it("tells both trails", () => {
    const { change } = propose(dealAfter(samplePlan(1, [waits(1)])), samplePlan(2, [waits(2)]), SUBJECT, NOON);
    const told = change?.news.map(({ step, record }) => [step, record.snapshot.signal_id]);
    expect(told).toEqual([
      ["folded", signalId(2)],
      ["folded", signalId(1)],
    ]);
  });

  it("folds into one released within its cool-down and not after it", () => {
    const deal = dealAfter(samplePlan(1, [sampleAction(1)]));
    const alike = samplePlan(2, [sampleAction(2, { cool_down_seconds: 3600 })]);
    const [soon, late] = [NOON + 3_599_000, NOON + 3_601_000].map(
      (clock) => propose(deal, alike, SUBJECT, clock).result,
    );
    expect(soon?.actions).toEqual([
      { action_id: actionId(2), state: "superseded", note: `folded into ${actionId(1)}` },
    ]);
    expect(late?.actions).toEqual([{ action_id: actionId(2), state: "released", note: null }]);
  });

  it("stands on its own after a rejection", () => {
    const deal = dealAfter(samplePlan(1, [waits(1)]));
    const decision = { kind: "reject", reason: "no" } as const;
    const rejected = next(deal, decide(deal, { action_id: actionId(1), actor: ANA, decision }, null, NOON));
    expect(propose(rejected, samplePlan(2, [waits(2)]), SUBJECT, NOON).result.actions[0]?.state).toBe("pending");
  });

  it("of the same plan never folds: a rule may ask for two of a kind", () => {
    const deal = dealAfter(samplePlan(1, [waits(1), waits(2)]));
    expect([at(deal, 1)?.state, at(deal, 2)?.state]).toEqual(["pending", "pending"]);
  });

  it("of another rule stands on its own", () => {
    const deal = dealAfter(samplePlan(1, [waits(1)]), samplePlan(2, [waits(2, { rule_id: "other" })]));
    expect(at(deal, 2)?.state).toBe("pending");
    expect(at(deal, 2)?.action.content_hash).toBe(HASH);
  });
});
