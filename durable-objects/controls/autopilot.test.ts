// What earns an action type more freedom, and what costs it some.
import { describe, expect, it } from "vitest";
import type { ActionOutcome } from "#contract/controls.ts";
import { demotionOf, promotionOf } from "./autopilot.ts";
import { clearPause, NO_CONTROLS, setLevel, setPause, viewOf } from "./controls-state.ts";

const AT = "2026-11-20T12:00:00.000Z";
const ANA = { kind: "person", id: "ana@dealwire.test", via: "page" } as const;
const thresholds = { promoteCases: 20, promotePercent: 95, demoteCases: 3 };
const outcomes = (count: number, kind: ActionOutcome["kind"]): ActionOutcome[] =>
  Array.from({ length: count }, (_, index) => ({ outcome_id: `${kind}-${index}`, type: "send_alert", kind, at: AT }));

describe("a promotion", () => {
  it("is proposed when enough cases were approved without an edit", () => {
    const decided = [...outcomes(19, "approved"), ...outcomes(1, "edited")];
    expect(promotionOf("send_alert", "approve", decided, thresholds)).toEqual({
      type: "send_alert",
      from: "approve",
      to: "auto_after_ttl",
      cases: 20,
      approved_unedited: 19,
    });
  });

  it.each([
    ["too few cases", "approve", outcomes(19, "approved")],
    ["too many edits", "approve", [...outcomes(18, "approved"), ...outcomes(2, "edited")]],
    ["approvals that were undone", "approve", [...outcomes(20, "approved"), ...outcomes(2, "undone")]],
    ["the highest level", "auto", outcomes(99, "approved")],
    ["shadow, where nobody decides", "shadow", outcomes(99, "approved")],
  ] as const)("is not for %s", (_why, from, decided) => {
    expect(promotionOf("send_alert", from, decided, thresholds)).toBeNull();
  });
});

describe("a demotion", () => {
  const bad = [...outcomes(30, "approved"), ...outcomes(2, "rejected"), ...outcomes(1, "undone")];

  it("follows rejections and undos among the last ten", () => {
    expect(demotionOf("auto", bad, thresholds)).toMatchObject({ to: "auto_after_ttl" });
    expect(demotionOf(null, bad, thresholds)).toMatchObject({ to: "approve", why: expect.stringContaining("3 of") });
  });

  it("forgives what is long ago, and leaves people something to decide", () => {
    expect(demotionOf("auto", [...bad, ...outcomes(10, "approved")], thresholds)).toBeNull();
    expect(demotionOf("approve", bad, thresholds)).toBeNull();
  });
});

describe("the controls", () => {
  it("replace a pause of the same scope and put every change on record", () => {
    const first = setPause(NO_CONTROLS, { on: { scope: "all" }, reason: "trouble", by: ANA, at: AT });
    const second = setPause(first.state, { on: { scope: "all" }, reason: "still", by: ANA, at: AT });
    expect(second.state.pauses).toMatchObject([{ reason: "still" }]);
    expect(second.change).toEqual({ at: AT, actor: ANA, summary: "Paused everything: still" });
    const cleared = clearPause(second.state, { scope: "all" }, ANA, AT);
    expect([cleared.state.pauses, cleared.change?.summary]).toEqual([[], "Resumed everything"]);
    expect(clearPause(cleared.state, { scope: "all" }, ANA, AT).change).toBeNull();
  });

  it("show a level that was set and none that was taken away", () => {
    const set = setLevel(NO_CONTROLS, "send_alert", "auto", { actor: ANA, at: AT });
    expect(viewOf(set.state).autopilot).toEqual({ send_alert: "auto" });
    expect(set.change?.summary).toBe("Autopilot of send_alert: as its rules say → auto");
    expect(viewOf(setLevel(set.state, "send_alert", null, { actor: ANA, at: AT }).state).autopilot).toEqual({});
  });
});
