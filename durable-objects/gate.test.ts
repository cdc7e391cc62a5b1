// What runs unattended and what is held back, when it is proposed and when its time comes.
import { describe, expect, it } from "vitest";
import type { Action } from "#contract/action.ts";
import type { AutopilotLevel, ControlsView, PauseScope } from "#contract/controls.ts";
import { claim, isToBeAskedAgain } from "./claim.ts";
import { type DealState, EMPTY_DEAL } from "./deal-state.ts";
import { decide } from "./decide.ts";
import { effectiveApproval, FREE } from "./gate.ts";
import { nextAlarm } from "./next-alarm.ts";
import { propose } from "./propose.ts";
import { publicationsOf } from "./publications.ts";
import {
  ANA,
  actionId,
  BEN,
  EXPIRES,
  HASH,
  iso,
  NOON,
  SUBJECT,
  sampleAction,
  samplePlan,
  WAITS,
} from "./sample-plan.ts";
import { wake, wantsControls } from "./wake.ts";

const DUE = NOON + 14_400_000;
const ID = actionId(1);
const owner = { ...BEN, time_zone: null, manager: { ...BEN, id: "hubspot:78", email: "kim@dealwire.test" } };

function paused(on: PauseScope): ControlsView {
  return { ...FREE, pauses: [{ on, reason: "wrong texts", by: ANA, at: iso(NOON) }] };
}
const at = (level: AutopilotLevel): ControlsView => ({ ...FREE, autopilot: { send_alert: level } });

function proposed(fields: Parameters<typeof sampleAction>[1], controls: ControlsView | null = FREE): DealState {
  const { change } = propose(EMPTY_DEAL, samplePlan(1, [sampleAction(1, fields)]), SUBJECT, NOON, controls);
  return change?.deal ?? EMPTY_DEAL;
}
const woken = (deal: DealState, now: number, controls: ControlsView | null) =>
  wake(deal, now, controls).change?.deal ?? deal;
const shown = (deal: DealState) => deal.records.get(ID)?.snapshot;

describe("a pause", () => {
  it.each<PauseScope>([
    { scope: "all" },
    { scope: "rep", email: "BEN@dealwire.test" },
    { scope: "type", type: "send_alert" },
    { scope: "deal", subject: SUBJECT },
  ])("of %o holds back what is due and what would run at once, and says who paused", (on) => {
    for (const deal of [proposed({ owner, approval: WAITS }), proposed({ owner }, paused(on))]) {
      const held = woken(deal, DUE, paused(on));
      expect(shown(held)).toMatchObject({ state: "pending", held: { reason: expect.stringContaining("ana@") } });
      expect(wake(held, DUE + 300_000, paused(on)).change).toBeNull();
      expect(shown(woken(held, DUE + 600_000, FREE))).toMatchObject({ state: "released", held: null });
    }
  });

  it("of something else holds nothing back", () => {
    const elsewhere = paused({ scope: "rep", email: "kim@dealwire.test" });
    expect(shown(woken(proposed({ owner, approval: WAITS }), DUE, elsewhere))?.state).toBe("released");
  });

  it("does not stop a person", () => {
    const held = woken(proposed({ approval: WAITS }), DUE, paused({ scope: "all" }));
    const decision = { kind: "approve", content_hash: HASH } as const;
    expect(decide(held, { action_id: ID, actor: ANA, decision }, null, DUE).result).toMatchObject({ ok: true });
  });

  it("holds back what was proposed under the first rules, too", () => {
    const deal = proposed({ approval: WAITS });
    const records = new Map([...deal.records].map(([id, record]) => [id, { ...record, machine_version: 1 }]));
    const old = { ...deal, records };
    expect(wake(old, DUE, paused({ scope: "all" })).change).toBeNull();
    expect(nextAlarm(old, false, DUE)).toBe(DUE + 60_000);
    expect(shown(woken(old, DUE, FREE))?.state).toBe("released");
  });
});

describe("a release that waited on its queue", () => {
  const everything = paused({ scope: "all" });
  const late = DUE + 60_000;
  const overdue = woken(proposed({ approval: WAITS }), DUE, FREE);
  const claimed = (deal: DealState, controls: ControlsView | null) =>
    claim(deal, ID, "lease-1", late, undefined, controls);

  it("is called back by a pause, and released anew once that ends", () => {
    const { result, change } = claimed(overdue, everything);
    expect(result).toMatchObject({ ok: false, code: "moot" });
    const held = change?.deal ?? EMPTY_DEAL;
    expect(shown(held)).toMatchObject({ state: "pending", released_by: null, held: { until: null } });
    expect(nextAlarm(held, false, late)).toBe(late + 300_000);
    expect(wake(held, late + 300_000, FREE).change?.news).toMatchObject([{ publishRelease: true }]);
  });

  it("is called back outside its hours, until they open", () => {
    const hours = { time_zone: "UTC", from: "12:00", to: "16:01", days: [1, 2, 3, 4, 5] };
    const deal = woken(proposed({ approval: WAITS, hours }), DUE, FREE);
    const held = claimed(deal, FREE).change?.deal ?? EMPTY_DEAL;
    expect(shown(held)).toMatchObject({ state: "pending", due_at: "2026-11-23T12:00:00.000Z" });
  });

  it("waits while the controls can't be asked", () => {
    expect(claimed(overdue, null)).toMatchObject({ change: null, result: { code: "leased", retry_after_seconds: 60 } });
  });

  it("under the rules of before waits where it is", () => {
    const records = new Map([...overdue.records].map(([id, record]) => [id, { ...record, machine_version: 2 }]));
    expect(claimed({ ...overdue, records }, everything)).toMatchObject({ change: null, result: { code: "leased" } });
  });

  it("runs when a person approved it, or when nobody can say that it has not run already", () => {
    const decision = { kind: "approve", content_hash: HASH } as const;
    const pending = proposed({ approval: WAITS });
    const approved = decide(pending, { action_id: ID, actor: ANA, decision }, null, NOON).change?.deal ?? pending;
    expect(claimed(approved, everything).result.ok).toBe(true);
    const records = new Map([...overdue.records].map(([id, record]) => [id, { ...record, maybe_done: true }]));
    expect(claimed({ ...overdue, records }, everything).result.ok).toBe(true);
  });

  it("asks only when it waited", () => {
    expect([isToBeAskedAgain(overdue, ID, DUE + 9_000), isToBeAskedAgain(overdue, ID, late)]).toEqual([false, true]);
  });
});

describe("controls that can't be asked", () => {
  it("let nothing run unattended, and are asked again in a minute", () => {
    const deal = woken(proposed({ approval: WAITS }), DUE, null);
    expect(shown(deal)?.state).toBe("pending");
    expect(nextAlarm(deal, false, DUE)).toBe(DUE + 60_000);
    expect(shown(proposed({}, null))).toMatchObject({ state: "pending", held: { until: null } });
  });

  it("are asked only when something would run by itself", () => {
    expect(wantsControls(proposed({ approval: WAITS }), DUE - 1)).toBe(false);
    expect(wantsControls(proposed({ approval: WAITS }), DUE)).toBe(true);
    expect(wantsControls(proposed({ approval: EXPIRES }), DUE)).toBe(false);
  });
});

describe("hours", () => {
  const hours = { time_zone: "UTC", from: "09:00", to: "15:00", days: [1, 2, 3, 4, 5] };
  const monday = "2026-11-23T09:00:00.000Z";

  it("move the shown time to when it really runs", () => {
    const deal = proposed({ approval: WAITS, hours });
    expect(shown(deal)).toMatchObject({ due_at: monday, held: { until: monday } });
    expect(nextAlarm(deal, false, NOON)).toBe(Date.parse(monday));
    expect(shown(woken(deal, Date.parse(monday), FREE))).toMatchObject({ state: "released", released_by: "timeout" });
  });

  it("hold an alarm that comes late, and do not concern what expires", () => {
    const evening = Date.parse("2026-11-23T16:00:00.000Z");
    const late = woken(proposed({ approval: WAITS, hours }), evening, FREE);
    expect(shown(late)).toMatchObject({ state: "pending", due_at: "2026-11-24T09:00:00.000Z" });
    expect(shown(proposed({ approval: EXPIRES, hours }))).toMatchObject({ due_at: iso(DUE), held: null });
  });
});

describe("the autopilot", () => {
  it("in shadow records and never runs", () => {
    expect(shown(proposed({}, at("shadow")))).toMatchObject({ state: "superseded", shadow: true });
  });

  it.each<[Action["approval"], AutopilotLevel, unknown]>([
    ["auto", "approve", { on_timeout: "expire" }],
    [WAITS, "approve", { on_timeout: "expire" }],
    ["auto", "auto_after_ttl", { on_timeout: "execute", ttl_seconds: 14_400 }],
    [EXPIRES, "auto", { on_timeout: "expire" }],
    [{ ...WAITS, on_timeout: "wait" }, "auto", { on_timeout: "wait" }],
  ])("makes of %o at %s %o", (approval, level, expected) => {
    expect(effectiveApproval(sampleAction(1, { approval }), level)).toMatchObject(Object(expected));
  });

  it("frees what waited, but never what a model chose", () => {
    expect(effectiveApproval(sampleAction(1, { approval: WAITS }), "auto")).toBe("auto");
    expect(effectiveApproval(sampleAction(1, { approval: WAITS, rule_id: "model" }), "auto")).toEqual(WAITS);
  });

  it("that was demoted meanwhile holds back what is due", () => {
    expect(shown(woken(proposed({ approval: WAITS }), DUE, at("approve")))).toMatchObject({
      state: "pending",
      held: { reason: expect.stringContaining("a person decides") },
    });
  });
});

describe("before the deadline", () => {
  const approval = { ...WAITS, escalate_before_seconds: 3_600 };

  it("the owner's manager is asked, once", () => {
    const deal = proposed({ owner, approval });
    expect(nextAlarm(deal, false, NOON)).toBe(DUE - 3_600_000);
    const asked = woken(deal, DUE - 3_600_000, null);
    expect(shown(asked)).toMatchObject({ state: "pending", escalated_to: { email: "kim@dealwire.test" } });
    expect(wake(asked, DUE - 1, null).change).toBeNull();
    expect(shown(woken(asked, DUE, FREE))?.state).toBe("released");
  });

  it("an action that is always a person's is never released", () => {
    const deal = proposed({ approval: { ...WAITS, on_timeout: "wait" } });
    expect(wake(deal, DUE * 2, FREE).change).toBeNull();
  });
});

describe("an unattended run", () => {
  let serial = 0;
  const ports = { now: () => NOON, newEventId: () => `019a9f00-0000-7000-8000-${String(++serial).padStart(12, "0")}` };
  const queues = (deal: DealState, now: number) => {
    const { change } = wake(deal, now, FREE);
    return change === null ? [] : publicationsOf(deal, change, ports).map(({ queue }) => queue);
  };

  it("is rechecked when its reason may have passed, and not when it has none", () => {
    expect(queues(proposed({ approval: WAITS, still_valid: "deal.is_open" }), DUE)[0]).toBe("rechecks");
    expect(queues(proposed({ approval: WAITS }), DUE)[0]).toBe("actions");
    expect(queues(proposed({ still_valid: "deal.is_open" }, null), NOON + 60_000)[0]).toBe("rechecks");
  });
});
