// A signal has one fate, whatever became of its single actions.
import { describe, expect, it } from "vitest";
import { ACTION_STATES, type ActionState } from "#contract/action-state.ts";
import { fateOf } from "./fate.ts";
import { recordIn, signalId } from "./sample-plan.ts";

function fate(...states: ActionState[]) {
  return fateOf(
    signalId(1),
    states.map((state) => recordIn(state)),
  );
}

describe("the fate of a signal", () => {
  it.each<[ActionState[], string]>([
    [["pending", "executed", "failed"], "waiting"],
    [["executing"], "waiting"],
    [["released", "rejected"], "waiting"],
    [["failed", "executed"], "executed"],
    [["compensated"], "executed"],
    [["rejected", "failed"], "dead_lettered"],
    [["superseded", "expired", "rejected"], "rejected"],
    [["superseded", "expired"], "expired"],
    [["superseded"], "superseded"],
  ])("of actions that are %o is %s", (states, expected) => {
    expect(fate(...states)).toBe(expected);
  });

  it("is never in progress or unknown once the object has an action of it", () => {
    for (const state of ACTION_STATES) expect(fate(state)).not.toBeNull();
  });

  it("does not depend on the actions of other signals", () => {
    expect(fateOf(signalId(2), [recordIn("executed")])).toBeNull();
  });
});
