// The passing of time: what becomes due, and when the object has to wake up for it.
import { describe, expect, it } from "vitest";
import { claim } from "./claim.ts";
import { type DealState, EMPTY_DEAL } from "./deal-state.ts";
import { isForgettable, nextAlarm, OUTBOX_RETRY_MS, RETENTION_MS, WAITING_LOOK_MS } from "./next-alarm.ts";
import { propose } from "./propose.ts";
import { report } from "./report.ts";
import { actionId, EFFECT, EXPIRES, NOON, recordIn, SUBJECT, sampleAction, samplePlan, WAITS } from "./sample-plan.ts";
import { wake } from "./wake.ts";

const DUE = NOON + 14_400_000;
const both = [sampleAction(1, { approval: WAITS }), sampleAction(2, { approval: EXPIRES })];
const waiting = propose(EMPTY_DEAL, samplePlan(1, both), SUBJECT, NOON).change?.deal ?? EMPTY_DEAL;
const released = propose(EMPTY_DEAL, samplePlan(1, [sampleAction(1)]), SUBJECT, NOON).change?.deal ?? EMPTY_DEAL;

describe("waking up", () => {
  it("before anything is due changes nothing", () => {
    expect(wake(waiting, DUE - 1).change).toBeNull();
  });

  it("releases unattended or expires, as the policy says", () => {
    const { change } = wake(waiting, DUE);
    expect(change?.news).toMatchObject([
      { step: "released", publishRelease: true, record: { snapshot: { released_by: "timeout" } } },
      { step: "expired", publishRelease: false, record: { snapshot: { state: "expired" } } },
    ]);
  });

  it("long after a lost alarm still does all that is overdue", () => {
    expect(wake(waiting, DUE + RETENTION_MS).change?.news).toHaveLength(2);
  });
});

describe("the next alarm", () => {
  it("is the earliest of due times and unsent messages", () => {
    expect(nextAlarm(waiting, false, NOON)).toBe(DUE);
    expect(nextAlarm(waiting, true, NOON)).toBe(NOON + OUTBOX_RETRY_MS);
  });

  it("is none for an empty object", () => {
    expect(nextAlarm(EMPTY_DEAL, false, NOON)).toBeNull();
  });

  it("of a run is the one that forgets it: the message that was claimed comes back by itself", () => {
    const claimed = claim(released, actionId(1), "lease-1", NOON + 999).change?.deal ?? EMPTY_DEAL;
    expect(nextAlarm(released, false, NOON)).toBe(NOON + RETENTION_MS);
    expect(nextAlarm(claimed, false, NOON)).toBe(NOON + 999 + RETENTION_MS);
    const late = NOON + 999 + RETENTION_MS;
    expect(nextAlarm(claimed, false, late)).toBe(late + WAITING_LOOK_MS);
  });

  it("is none for an action whose rules this build does not know, or it would fire without end", () => {
    const foreign: DealState = {
      horizon: null,
      records: new Map([["a", recordIn("pending", { machine_version: 9 })]]),
    };
    expect(nextAlarm(foreign, false, NOON)).toBeNull();
  });

  it("of a quiet object is the one that forgets it", () => {
    const claimed = claim(released, actionId(1), "lease-1", NOON + 999).change?.deal ?? EMPTY_DEAL;
    const told = { kind: "executed", effect: EFFECT } as const;
    const quiet = report(claimed, actionId(1), "lease-1", told, NOON + 2000).change?.deal ?? EMPTY_DEAL;
    const end = NOON + 2000 + RETENTION_MS;
    expect(nextAlarm(quiet, false, NOON)).toBe(end);
    expect([isForgettable(quiet, false, end - 1), isForgettable(quiet, false, end)]).toEqual([false, true]);
    expect(isForgettable(quiet, true, end)).toBe(false);
    expect(isForgettable(waiting, false, end)).toBe(false);
  });
});
