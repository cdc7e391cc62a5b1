// What a batch of steps becomes: one row a step, one a signal, one an action.
import { describe, expect, it } from "vitest";
import { stepRows } from "./step-rows.ts";
import { instant, received, SUMMARY, signalId, snapshot, step } from "./steps.fixture.ts";

describe("the trail", () => {
  it("has one row a step, with what went in and out as JSON", () => {
    const actor = { kind: "person", id: "ada@example.com", via: "page" } as const;
    const rows = stepRows([step({ step: "approved", data: { hash: "00" }, actor, duration_ms: 1.6 }), step()]);
    expect(rows.trail).toHaveLength(2);
    expect(rows.trail[0]).toMatchObject({
      step: "approved",
      data: '{"hash":"00"}',
      actor: JSON.stringify(actor),
      duration_ms: 2,
    });
    expect(rows.trail[1]).toMatchObject({ data: null, actor: null, duration_ms: null });
  });
});

describe("signals", () => {
  it("are opened in progress by their received step", () => {
    const rows = stepRows([received()]);
    expect(rows.signals).toEqual([
      {
        ...SUMMARY,
        signal_id: signalId(1),
        correlation_id: "0af7651916cd43dd8448eb211c80319c",
        fate: "in_progress",
        fate_at: SUMMARY.received_at,
      },
    ]);
    expect(rows.fates).toEqual([]);
  });

  it("are opened once when a redelivered webhook is in the same batch", () => {
    expect(stepRows([received(), received({ at: instant(90) })]).signals).toHaveLength(1);
  });

  it("are opened with the fate that the rest of the batch gave them", () => {
    const rows = stepRows([step({ fate: "no_action", at: instant(50) }), received({ at: instant(90) })]);
    expect(rows.signals).toMatchObject([{ fate: "no_action", fate_at: instant(50) }]);
  });

  it("get no fate from steps that name none", () => {
    expect(stepRows([step({ step: "enriched" })]).fates).toEqual([]);
  });

  it("keep the latest fate, in whatever order the steps come", () => {
    const steps = [
      step({ fate: "waiting", at: instant(10) }),
      step({ fate: "executed", at: instant(30) }),
      step({ fate: "in_progress", at: instant(20) }),
    ];
    for (const order of [steps, steps.toReversed()]) {
      expect(stepRows(order).fates).toMatchObject([{ fate: "executed", fate_at: instant(30) }]);
    }
  });

  it("keep the settled fate of two at the same instant", () => {
    const steps = (["waiting", "executed", "in_progress"] as const).map((fate) => step({ fate }));
    for (const order of [steps, steps.toReversed()]) {
      expect(stepRows(order).fates).toMatchObject([{ fate: "executed" }]);
    }
  });
});

describe("approvals", () => {
  it("hold the newest snapshot of an action, with its owner's address", () => {
    const newest = snapshot({ version: 3, state: "released", due_at: null });
    const rows = stepRows([
      step({ action: snapshot({ version: 2 }) }),
      step({ action: newest, at: instant(5) }),
      step({ action: snapshot({ version: 1, state: "proposed" }) }),
    ]);
    expect(rows.approvals).toHaveLength(1);
    expect(rows.approvals[0]).toMatchObject({
      version: 3,
      state: "released",
      owner_email: "ada@example.com",
      due_at: null,
      updated_at: instant(5),
      snapshot: JSON.stringify(newest),
    });
  });

  it("have no address when nobody owns the action", () => {
    const { action } = snapshot();
    const rows = stepRows([step({ action: snapshot({ action: { ...action, owner: null } }) })]);
    expect(rows.approvals).toMatchObject([{ owner_email: null }]);
  });
});
