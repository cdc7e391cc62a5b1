// The machine, row by row: given a state, when an event, then the next state or a refusal that says why.
import { describe, expect, it } from "vitest";
import { ACTION_STATES, type ActionState } from "#contract/action-state.ts";
import type { ActionEvent, ActionEventKind } from "./action-event.ts";
import { transition } from "./action-machine.ts";
import type { ActionRecord } from "./action-record.ts";
import { GUARDS, type GuardName } from "./guards.ts";
import { MACHINE_V1, type Row } from "./machine-v1.ts";
import { ANA, BEN, EFFECT, EXPIRES, HASH, iso, NOON, recordIn, sampleAction, WAITS } from "./sample-plan.ts";

const LEASE_OVER = NOON + 60_000;
const DUE = NOON + 14_400_000;
const params = { channel: null, text: "Better words", url: null };

const EVENTS: Readonly<Record<ActionEventKind, ActionEvent>> = {
  propose: { kind: "propose" },
  fold: { kind: "fold", signal_id: "sig_later" },
  approve: { kind: "approve", actor: ANA, content_hash: HASH },
  edit: {
    kind: "edit",
    actor: ANA,
    content_hash: HASH,
    content: { type: "send_alert", target: "slack", params },
    new_content_hash: "b".repeat(64),
  },
  reject: { kind: "reject", actor: ANA, reason: "not now" },
  snooze: { kind: "snooze", actor: ANA, seconds: 600 },
  reassign: { kind: "reassign", actor: ANA, to: BEN },
  escalate: { kind: "escalate", actor: ANA, to: BEN },
  due: { kind: "due" },
  supersede: { kind: "supersede", reason: "the deal closed" },
  claim: { kind: "claim", lease: { id: "lease-2", until: iso(LEASE_OVER + 60_000) } },
  lease_end: { kind: "lease_end" },
  report_executed: { kind: "report_executed", lease_id: "lease-1", effect: EFFECT },
  report_failed: { kind: "report_failed", lease_id: "lease-1", reason: "no such channel" },
  report_released: { kind: "report_released", lease_id: "lease-1", reason: "503" },
  report_invalidated: { kind: "report_invalidated", lease_id: "lease-1", reason: "the stage moved back" },
  undo: { kind: "undo", actor: ANA, reason: null },
  compensation_succeeded: { kind: "compensation_succeeded" },
  compensation_failed: { kind: "compensation_failed", reason: "gone" },
};

/** For each guard a situation in which it holds and one in which it does not. */
type Situation = { given(state: ActionState): ActionRecord; now?: number; event?: Partial<ActionEvent> };
const waiting = (approval: typeof WAITS | typeof EXPIRES) => (state: ActionState) =>
  recordIn(state, {}, sampleAction(1, { approval }));
const plain = (state: ActionState) => recordIn(state);
const SITUATIONS: Readonly<Record<Exclude<GuardName, "undo_is_available">, { holds: Situation; fails: Situation }>> = {
  policy_is_auto: { holds: { given: plain }, fails: { given: waiting(WAITS) } },
  policy_wants_person: { holds: { given: waiting(WAITS) }, fails: { given: plain } },
  content_is_current: {
    holds: { given: waiting(WAITS) },
    fails: { given: waiting(WAITS), event: { content_hash: "c".repeat(64) } },
  },
  due_and_executes: {
    holds: { given: waiting(WAITS), now: DUE },
    fails: { given: waiting(WAITS), now: DUE - 1 },
  },
  due_and_expires: {
    holds: { given: waiting(EXPIRES), now: DUE },
    fails: { given: waiting(EXPIRES), now: DUE - 1 },
  },
  surely_not_done: { holds: { given: plain }, fails: { given: (state) => recordIn(state, { maybe_done: true }) } },
  maybe_done: { holds: { given: (state) => recordIn(state, { maybe_done: true }) }, fails: { given: plain } },
  lease_is_over: { holds: { given: plain, now: LEASE_OVER }, fails: { given: plain, now: LEASE_OVER - 1 } },
  holds_lease: { holds: { given: plain }, fails: { given: plain, event: { lease_id: "lease-0" } } },
};

function run({ from, on }: Row, { given, now = NOON, event }: Situation) {
  return transition(given(from), Object.assign({}, EVENTS[on], event), now);
}

const possible = MACHINE_V1.rows.filter(({ when }) => when !== "undo_is_available");

describe("every row of the table", () => {
  it.each(possible)("given $from, when $on [$when], then $to", (row) => {
    const situation = row.when === undefined || row.when === "undo_is_available" ? null : SITUATIONS[row.when].holds;
    const outcome = run(row, situation ?? { given: plain });
    expect(outcome).toMatchObject({ ok: true, record: { snapshot: { state: row.to } } });
    expect(outcome).toMatchObject({ publishRelease: row.does === "publish_release" });
  });
});

describe("every refusal", () => {
  // The two rows of a proposal exclude each other, so one of them always holds.
  const guarded = possible.filter(({ on, when }) => on !== "propose" && when !== undefined);
  it.each(guarded)("given $from, when $on and not [$when], then nothing changes", (row) => {
    if (row.when === undefined || row.when === "undo_is_available") return;
    const { code, refusal } = GUARDS[row.when];
    expect(run(row, SITUATIONS[row.when].fails)).toEqual({ ok: false, code, message: refusal });
  });

  const undos = MACHINE_V1.rows.filter(({ when }) => when === "undo_is_available");
  it.each(undos)("given $from, when $on, then it is not available yet", ({ from, on }) => {
    const outcome = transition(recordIn(from), EVENTS[on], NOON);
    expect(outcome).toMatchObject({ ok: false, code: "not_available" });
    expect(outcome).toHaveProperty("message", expect.stringContaining("by hand"));
  });

  const pairs = ACTION_STATES.flatMap((from) => Object.values(EVENTS).map((event) => ({ from, event })));
  const impossible = pairs.filter(
    ({ from, event }) => !MACHINE_V1.rows.some((row) => row.from === from && row.on === event.kind),
  );
  it.each(impossible)("given $from, $event.kind is refused with the state that it is in", ({ from, event }) => {
    const outcome = transition(recordIn(from), event, NOON);
    expect(outcome).toMatchObject({ ok: false, code: "wrong_state", message: expect.stringContaining(from) });
  });

  it("names the person who was faster", () => {
    const first = transition(recordIn("pending"), EVENTS.approve, NOON);
    const second = first.ok ? transition(first.record, EVENTS.approve, NOON) : first;
    expect(second).toMatchObject({
      message: 'This action is already released by ana@dealwire.test; "approve" needs one that is pending.',
    });
  });

  it("refuses an action whose rules a rolled-back build does not know", () => {
    const outcome = transition(recordIn("pending", { machine_version: 9 }), EVENTS.approve, NOON);
    expect(outcome).toMatchObject({ ok: false, code: "not_available", message: expect.stringContaining("rules v9") });
  });
});

describe("what an event writes", () => {
  function recordAfter(state: ActionState, kind: ActionEventKind, now = NOON): ActionRecord {
    const outcome = transition(recordIn(state, {}, sampleAction(1, { approval: WAITS })), EVENTS[kind], now);
    if (!outcome.ok) throw new Error(outcome.message);
    return outcome.record;
  }

  it("an edit keeps the idempotency key and the due time and takes the new hash", () => {
    const { snapshot } = recordAfter("pending", "edit");
    expect(snapshot.action).toMatchObject({ idempotency_key: "key-1", content_hash: "b".repeat(64), params });
    expect(snapshot.due_at).toBe(iso(DUE));
  });

  it("a snooze counts from now", () => {
    expect(recordAfter("pending", "snooze").snapshot.due_at).toBe(iso(NOON + 600_000));
  });

  it.each(["reassign", "escalate"] as const)("%s changes the owner and not the due time", (kind) => {
    expect(recordAfter("pending", kind).snapshot).toMatchObject({ action: { owner: BEN }, due_at: iso(DUE) });
  });

  it("a decision leaves who, when and why", () => {
    expect(recordAfter("pending", "reject").snapshot).toMatchObject({
      decided_by: ANA,
      decided_at: iso(NOON),
      note: "not now",
      due_at: null,
    });
  });

  it("a timeout releases in the name of the alarm", () => {
    expect(recordAfter("pending", "due", DUE).snapshot).toMatchObject({
      released_by: "timeout",
      decided_by: { via: "alarm" },
    });
  });

  it("a claim after a lost lease says that the effect may have happened", () => {
    expect(recordAfter("executing", "claim", LEASE_OVER).maybe_done).toBe(true);
    expect(recordAfter("released", "claim").maybe_done).toBe(false);
    expect(recordAfter("executing", "lease_end", LEASE_OVER).maybe_done).toBe(true);
  });
});
