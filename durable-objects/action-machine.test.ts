// The machine, row by row: given a state, when an event, then the next state or a refusal that says why.
import { describe, expect, it } from "vitest";
import { ACTION_STATES, type ActionState } from "#contract/action-state.ts";
import type { ActionEvent, ActionEventKind } from "./action-event.ts";
import { transition } from "./action-machine.ts";
import type { ActionRecord } from "./action-record.ts";
import { GUARDS, type GuardName } from "./guards.ts";
import { MACHINE_V1, type Row } from "./machine-v1.ts";
import { MACHINE_V2 } from "./machine-v2.ts";
import { MACHINE_V3 } from "./machine-v3.ts";
import { ANA, BEN, EFFECT, EXPIRES, HASH, iso, NOON, recordIn, sampleAction, WAITS } from "./sample-plan.ts";

const LEASE_OVER = NOON + 60_000;
const DUE = NOON + 14_400_000;
const params = { channel: null, text: "Better words", url: null, to_email: null, thread_key: null };

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
  compensation_succeeded: { kind: "compensation_succeeded", lease_id: "lease-1" },
  compensation_failed: { kind: "compensation_failed", lease_id: "lease-1", reason: "gone.", remains: "delete it" },
  delay: { kind: "delay", held: { reason: "paused", until: null } },
  queue: { kind: "queue" },
  shadow: { kind: "shadow" },
  escalation_due: { kind: "escalation_due" },
  hold: { kind: "hold", held: { reason: "paused", until: null } },
  report_unverified: { kind: "report_unverified", lease_id: "lease-1", reason: "no context" },
  report_unknown: { kind: "report_unknown", lease_id: "lease-1", reason: "timed out" },
  settle: { kind: "settle", actor: ANA, happened: true, note: null },
  compensate: { kind: "compensate", reason: "a later step failed" },
};

/** For each guard a situation in which it holds and one in which it does not. */
type Situation = { given(state: ActionState): ActionRecord; now?: number; event?: Partial<ActionEvent> };
const waiting = (approval: typeof WAITS | typeof EXPIRES) => (state: ActionState) =>
  recordIn(state, {}, sampleAction(1, { approval }));
const plain = (state: ActionState) => recordIn(state);
const managed = (state: ActionState) => {
  const owner = { ...BEN, time_zone: null, manager: { ...BEN, id: "hubspot:78" } };
  return recordIn(state, {}, sampleAction(1, { owner, approval: { ...WAITS, escalate_before_seconds: 3600 } }));
};
const undoable = (state: ActionState): ActionRecord => {
  const record = recordIn(state);
  return { ...record, snapshot: { ...record.snapshot, undo_until: iso(LEASE_OVER) } };
};
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
  lease_ran_out: { holds: { given: plain, now: LEASE_OVER }, fails: { given: plain, now: LEASE_OVER - 1 } },
  holds_lease: { holds: { given: plain }, fails: { given: plain, event: { lease_id: "lease-0" } } },
  undo_window_is_open: { holds: { given: undoable, now: LEASE_OVER }, fails: { given: undoable, now: LEASE_OVER + 1 } },
  can_be_taken_back: { holds: { given: undoable }, fails: { given: plain } },
  can_not_be_taken_back: { holds: { given: plain }, fails: { given: undoable } },
  escalation_is_due: {
    holds: { given: managed, now: DUE - 3_600_000 },
    fails: { given: managed, now: DUE - 3_600_001 },
  },
  it_happened: { holds: { given: plain }, fails: { given: plain } },
  it_did_not_happen: { holds: { given: plain, event: { happened: false } }, fails: { given: plain } },
  stands_alone: { holds: { given: plain }, fails: { given: (state) => recordIn(state, { step: 1 }) } },
};
/** Two rows whose guards exclude each other: one of them always holds, so there is nothing to refuse. */
const EXHAUSTIVE: ReadonlySet<ActionEventKind> = new Set(["propose", "settle", "compensate"]);

describe.each([MACHINE_V1, MACHINE_V2, MACHINE_V3])("machine $version", (machine) => {
  function run({ from, on }: Row, { given, now = NOON, event }: Situation) {
    const record = { ...given(from), machine_version: machine.version };
    return transition(record, Object.assign({}, EVENTS[on], event), now);
  }

  const possible = machine.rows.filter(({ when }) => when !== "undo_is_available");
  it.each(possible)("given $from, when $on [$when], then $to", (row) => {
    const situation = row.when === undefined || row.when === "undo_is_available" ? null : SITUATIONS[row.when].holds;
    const outcome = run(row, situation ?? { given: plain });
    expect(outcome).toMatchObject({ ok: true, record: { snapshot: { state: row.to } } });
    expect(outcome).toMatchObject({ publishRelease: row.does === "publish_release" });
  });

  const guarded = possible.filter(({ on, when }) => !EXHAUSTIVE.has(on) && when !== undefined);
  it.each(guarded)("given $from, when $on and not [$when], then nothing changes", (row) => {
    if (row.when === undefined || row.when === "undo_is_available") return;
    const { code, refusal } = GUARDS[row.when];
    expect(run(row, SITUATIONS[row.when].fails)).toEqual({ ok: false, code, message: refusal });
  });

  const pairs = ACTION_STATES.flatMap((from) => Object.values(EVENTS).map((event) => ({ from, event })));
  const impossible = pairs.filter(
    ({ from, event }) => !machine.rows.some((row) => row.from === from && row.on === event.kind),
  );
  it.each(impossible)("given $from, $event.kind is refused with the state that it is in", ({ from, event }) => {
    const outcome = transition(recordIn(from, { machine_version: machine.version }), event, NOON);
    expect(outcome).toMatchObject({ ok: false, code: "wrong_state", message: expect.stringContaining(from) });
  });
});

describe("a refusal", () => {
  const undos = MACHINE_V1.rows.filter(({ when }) => when === "undo_is_available");
  it.each(undos)("given $from under the first rules, when $on, says that it is done by hand", ({ from, on }) => {
    const outcome = transition(recordIn(from, { machine_version: 1 }), EVENTS[on], NOON);
    expect(outcome).toMatchObject({ ok: false, code: "not_available" });
    expect(outcome).toHaveProperty("message", expect.stringContaining("by hand"));
  });

  it("names the person who was faster", () => {
    const first = transition(recordIn("pending"), EVENTS.approve, NOON);
    const second = first.ok ? transition(first.record, EVENTS.approve, NOON) : first;
    expect(second).toMatchObject({
      message: 'This action is already released by ana@dealwire.test; "approve" needs one that is pending.',
    });
  });

  it("meets an action whose rules a rolled-back build does not know", () => {
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
