// Leases: one run at a time, nothing done twice, nothing that happened denied.
import { describe, expect, it } from "vitest";
import type { Report } from "#contract/deal.ts";
import { claim } from "./claim.ts";
import { type DealState, EMPTY_DEAL } from "./deal-state.ts";
import { propose } from "./propose.ts";
import { report } from "./report.ts";
import { actionId, EFFECT, NOON, SUBJECT, sampleAction, samplePlan, WAITS } from "./sample-plan.ts";
import { wake } from "./wake.ts";

const ID = actionId(1);
const released = propose(EMPTY_DEAL, samplePlan(1, [sampleAction(1)]), SUBJECT, NOON).change?.deal ?? EMPTY_DEAL;
const claimed = deal(claim(released, ID, "lease-1", NOON));
const executed = { kind: "executed", effect: EFFECT } as const;
const failed = { kind: "failed", reason: "no such channel" } as const;

function deal({ change }: { change: { deal: DealState } | null }): DealState {
  if (change === null) throw new Error("nothing changed");
  return change.deal;
}

function stateOf(state: DealState) {
  return state.records.get(ID)?.snapshot.state;
}

describe("a claim", () => {
  it("gets the content, the key and a lease of a minute", () => {
    expect(claim(released, ID, "lease-1", NOON).result).toMatchObject({
      ok: true,
      lease_id: "lease-1",
      lease_until: "2026-11-20T12:01:00.001Z",
      content: { type: "send_alert" },
      idempotency_key: "key-1",
      maybe_done: false,
    });
  });

  it("while another run holds the lease is told when to come back", () => {
    const { result, change } = claim(claimed, ID, "lease-2", NOON + 20_000);
    expect(result).toMatchObject({ ok: false, code: "leased", retry_after_seconds: 41 });
    expect(change).toBeNull();
  });

  it.each([
    ["before the alarm noticed", claimed],
    ["after the alarm noticed", deal(wake(claimed, NOON + 61_000))],
  ])("after a lease that ended without a report is told maybe_done, %s", (_when, state) => {
    expect(claim(state, ID, "lease-2", NOON + 62_000).result).toMatchObject({ ok: true, maybe_done: true });
  });

  it("of what is done, moot or unknown is refused", () => {
    const done = deal(report(claimed, ID, "lease-1", executed, NOON));
    const moot = deal(report(claimed, ID, "lease-1", { kind: "invalidated", reason: "moved back" }, NOON));
    const waiting = propose(EMPTY_DEAL, samplePlan(1, [sampleAction(1, { approval: WAITS })]), SUBJECT, NOON);
    expect(claim(done, ID, "x", NOON).result).toMatchObject({ ok: false, code: "already_done" });
    expect(claim(moot, ID, "x", NOON).result).toMatchObject({ ok: false, code: "moot" });
    expect(claim(deal(waiting), ID, "x", NOON).result).toMatchObject({ ok: false, code: "moot" });
    expect(claim(released, actionId(9), "x", NOON).result).toMatchObject({ ok: false, code: "not_found" });
  });

  it("of a failed action runs it again, so that a replayed dead letter has an effect", () => {
    const dead = deal(report(claimed, ID, "lease-1", failed, NOON));
    expect(dead.records.get(ID)?.snapshot.error).toBe("no such channel");
    const again = claim(dead, ID, "lease-2", NOON);
    expect(again.result).toMatchObject({ ok: true, maybe_done: false, snapshot: { error: null } });
  });
});

describe("a report", () => {
  it.each<[Report, string]>([
    [executed, "executed"],
    [failed, "failed"],
    [{ kind: "released", reason: "503" }, "released"],
    [{ kind: "invalidated", reason: "moved back" }, "superseded"],
  ])("of %o from the holder of the lease is taken, and taken once", (told, state) => {
    const first = report(claimed, ID, "lease-1", told, NOON);
    expect(first.result).toEqual({ ok: true });
    expect(stateOf(deal(first))).toBe(state);
    expect(report(deal(first), ID, "lease-1", told, NOON)).toEqual({ result: { ok: true }, change: null });
  });

  it("of an effect is believed from an earlier run too", () => {
    const second = deal(claim(claimed, ID, "lease-2", NOON + 61_000));
    expect(stateOf(deal(report(second, ID, "lease-1", executed, NOON + 62_000)))).toBe("executed");
    const lost = deal(wake(claimed, NOON + 61_000));
    expect(stateOf(deal(report(lost, ID, "lease-1", executed, NOON + 62_000)))).toBe("executed");
  });

  it("of anything else from an earlier run is refused", () => {
    const second = deal(claim(claimed, ID, "lease-2", NOON + 61_000));
    const late = report(second, ID, "lease-1", failed, NOON + 62_000);
    expect(late).toMatchObject({ result: { ok: false, code: "not_leased" }, change: null });
  });

  it("on what was never claimed, or is not here, is refused", () => {
    expect(report(released, ID, "made-up", executed, NOON).result).toMatchObject({ ok: false, code: "not_leased" });
    expect(report(released, actionId(9), "x", executed, NOON).result).toMatchObject({ ok: false, code: "not_found" });
  });

  it("that gives the action back does not publish it again: its message is still on the queue", () => {
    const { change } = report(claimed, ID, "lease-1", { kind: "released", reason: "503" }, NOON);
    expect(change?.news).toMatchObject([{ step: "released", publishRelease: false }]);
  });
});
