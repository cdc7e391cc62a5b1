// What each event writes into the record of an action. Rule: it asks no questions; the table has already decided that
// the event is allowed and where it leads.
import type { ActionSnapshot, ActionState, Actor } from "#contract/action-state.ts";
import type { ActionEvent } from "./action-event.ts";
import type { ActionRecord } from "./action-record.ts";

/** The contract's limits on a snapshot; more is cut, never refused. */
const MAX_FOLDED_SIGNALS = 100;
const MAX_TEXT = 2_000;

export const BY_POLICY: Actor = { kind: "system", id: "deal", via: "policy" };
export const BY_ALARM: Actor = { kind: "system", id: "deal", via: "alarm" };
export const BY_SIGNAL: Actor = { kind: "system", id: "deal", via: "signal" };
export const BY_EXECUTE: Actor = { kind: "system", id: "execute", via: "execute" };

/** The record after `event` led to state `to` at `now` (milliseconds). The version is stamped by whoever files it. */
export function changeRecord(record: ActionRecord, event: ActionEvent, to: ActionState, now: number): ActionRecord {
  const at = new Date(now).toISOString();
  const { snapshot } = record;
  const dueAt = to === "pending" ? snapshot.due_at : null;
  const moved: ActionRecord = { ...record, changed_at: at, snapshot: { ...snapshot, state: to, due_at: dueAt } };
  switch (event.kind) {
    case "propose":
      if (to === "released") return released(moved, "auto", BY_POLICY, at);
      return see(moved, { due_at: dueAtOf(snapshot, now) });
    case "fold":
      return see(moved, { folded_signals: [...snapshot.folded_signals, event.signal_id].slice(-MAX_FOLDED_SIGNALS) });
    case "approve":
      return released(moved, "approval", event.actor, at);
    case "edit":
      return see(moved, {
        action: { ...snapshot.action, ...event.content, content_hash: event.new_content_hash },
        ...decided(event.actor, at),
      });
    case "reject":
      return see(moved, decided(event.actor, at, event.reason));
    case "snooze":
      return see(moved, { due_at: new Date(now + event.seconds * 1000).toISOString(), ...decided(event.actor, at) });
    case "reassign":
    case "escalate":
      return see(moved, { action: { ...snapshot.action, owner: event.to }, ...decided(event.actor, at) });
    case "due":
      if (to === "released") return released(moved, "timeout", BY_ALARM, at);
      return see(moved, decided(BY_ALARM, at));
    case "supersede":
      return see(moved, decided(BY_SIGNAL, at, event.reason));
    case "claim":
      return { ...see(moved, { error: null }), lease: event.lease, maybe_done: record.maybe_done || isRunning(record) };
    case "lease_end":
      return { ...moved, maybe_done: true };
    case "report_executed":
      return see(moved, { effect: event.effect, error: null });
    case "report_failed":
      return see(moved, { error: event.reason.slice(0, MAX_TEXT) });
    case "report_released":
      return see(moved, { error: event.reason.slice(0, MAX_TEXT) });
    case "report_invalidated":
      return see(moved, decided(BY_EXECUTE, at, event.reason));
    case "undo":
      return see(moved, decided(event.actor, at, event.reason));
    case "compensation_succeeded":
      return moved;
    case "compensation_failed":
      return see(moved, { error: event.reason.slice(0, MAX_TEXT) });
  }
}

function isRunning(record: ActionRecord): boolean {
  return record.snapshot.state === "executing";
}

function see(record: ActionRecord, shown: Partial<ActionSnapshot>): ActionRecord {
  return { ...record, snapshot: { ...record.snapshot, ...shown } };
}

function decided(actor: Actor, at: string, reason: string | null = null) {
  return { decided_by: actor, decided_at: at, note: reason === null ? null : reason.slice(0, MAX_TEXT) };
}

function released(record: ActionRecord, by: "auto" | "approval" | "timeout", actor: Actor, at: string): ActionRecord {
  return { ...see(record, { released_by: by, ...decided(actor, at) }), released_at: at };
}

function dueAtOf({ action }: ActionSnapshot, now: number): string | null {
  return action.approval === "auto" ? null : new Date(now + action.approval.ttl_seconds * 1000).toISOString();
}
