// What each event writes into the record of an action. Rule: it asks no questions; the table has already decided that
// the event is allowed and where it leads.
import type { ActionSnapshot, ActionState, Actor, Effect } from "#contract/action-state.ts";
import type { Owner, Person } from "#contract/signal-enriched.ts";
import { DRY_RUN_ID, undoTerms } from "#contract/undo.ts";
import type { ActionEvent } from "./action-event.ts";
import type { ActionRecord } from "./action-record.ts";
import { closedAt, DEFAULT_TTL_SECONDS, type Hold } from "./gate.ts";

/** The contract's limits on a snapshot; more is cut, never refused. */
const MAX_FOLDED_SIGNALS = 100;
const MAX_TEXT = 2_000;

export const BY_POLICY: Actor = { kind: "system", id: "deal", via: "policy" };
export const BY_ALARM: Actor = { kind: "system", id: "deal", via: "alarm" };
export const BY_SIGNAL: Actor = { kind: "system", id: "deal", via: "signal" };
export const BY_PLAN: Actor = { kind: "system", id: "deal", via: "policy" };
export const BY_EXECUTE: Actor = { kind: "system", id: "execute", via: "execute" };

/** The record after `event` led to state `to` at `now` (milliseconds). The version is stamped by whoever files it. */
export function changeRecord(record: ActionRecord, event: ActionEvent, to: ActionState, now: number): ActionRecord {
  const at = new Date(now).toISOString();
  const { snapshot } = record;
  const waits = to === "pending" ? {} : { due_at: null, held: null };
  const moved: ActionRecord = { ...record, changed_at: at, snapshot: { ...snapshot, state: to, ...waits } };
  switch (event.kind) {
    case "propose":
      if (to === "released") return released(moved, "auto", BY_POLICY, at);
      return see(moved, dueAfter(snapshot, now, ttlOf(snapshot)));
    case "delay":
      return see(moved, { held: event.held, due_at: event.held.until ?? at });
    case "queue":
      return moved;
    case "shadow":
      return see(moved, { shadow: true, ...decided(BY_POLICY, at, "recorded in shadow; it never runs") });
    case "fold":
      return see(moved, { folded_signals: [...snapshot.folded_signals, event.signal_id].slice(-MAX_FOLDED_SIGNALS) });
    case "approve":
      return released(moved, "approval", event.actor, at);
    case "edit":
      return {
        ...see(moved, {
          action: { ...snapshot.action, ...event.content, content_hash: event.new_content_hash },
          ...decided(event.actor, at),
        }),
        edited: true,
      };
    case "reject":
      return see(moved, decided(event.actor, at, event.reason));
    case "snooze":
      return see(moved, { ...dueAfter(snapshot, now, event.seconds), ...decided(event.actor, at) });
    case "reassign":
      return see(moved, { action: { ...snapshot.action, owner: ownerOf(event.to) }, ...decided(event.actor, at) });
    case "escalate": {
      const action = { ...snapshot.action, owner: ownerOf(event.to) };
      return see(moved, { action, escalated_to: event.to, ...decided(event.actor, at) });
    }
    case "escalation_due":
      return see(moved, { escalated_to: snapshot.action.owner?.manager ?? null });
    case "hold":
      return {
        ...see(moved, { held: event.held, due_at: event.held.until ?? snapshot.due_at ?? at, released_by: null }),
        released_at: null,
      };
    case "due":
      if (to === "released") {
        return released(moved, snapshot.action.approval === "auto" ? "auto" : "timeout", BY_ALARM, at);
      }
      return see(moved, decided(BY_ALARM, at));
    case "supersede":
      return see(moved, decided(BY_SIGNAL, at, event.reason));
    case "claim":
      return { ...see(moved, { error: null }), lease: event.lease, maybe_done: record.maybe_done || isRunning(record) };
    case "lease_end":
      return { ...moved, lease: to === "compensating" ? null : record.lease, maybe_done: true };
    case "report_executed":
      return see(moved, { effect: event.effect, error: null, ...undoOf(snapshot, event.effect) });
    case "report_failed":
      return see(moved, { error: event.reason.slice(0, MAX_TEXT) });
    case "report_released":
      // Only a compensation goes on in its own state; its lease must not look like a run that ended without a report.
      return {
        ...see(moved, { error: event.reason.slice(0, MAX_TEXT) }),
        lease: to === "compensating" ? null : record.lease,
      };
    case "report_invalidated":
      return see(moved, decided(BY_EXECUTE, at, event.reason));
    case "report_unverified":
      return see(moved, backToPerson(snapshot, event.reason, now));
    case "report_unknown":
      return { ...see(moved, { error: event.reason.slice(0, MAX_TEXT) }), maybe_done: true };
    case "settle": {
      const settled = see(moved, { error: null, ...decided(event.actor, at, event.note) });
      if (event.happened) return settled;
      // A person's word ends the doubt, and a person's word is an approval.
      return { ...released(settled, "approval", event.actor, at), maybe_done: false, lease: null };
    }
    case "undo":
      return { ...see(moved, decided(event.actor, at, event.reason)), maybe_done: false, lease: null };
    case "compensate": {
      const stays =
        to === "compensation_failed" ? { error: `Left to do by hand: ${undoTerms(snapshot.action).by_hand}` } : {};
      return { ...see(moved, { ...decided(BY_PLAN, at, event.reason), ...stays }), maybe_done: false, lease: null };
    }
    case "compensation_succeeded":
      return see(moved, { error: null });
    case "compensation_failed":
      return see(moved, { error: leftByHand(event.reason, event.remains) });
  }
}

/** What is left is what matters most, so it is the reason that is cut. */
function leftByHand(reason: string, remains: string): string {
  const left = ` Left to do by hand: ${remains}`.slice(0, MAX_TEXT);
  const why = reason.trim().slice(0, MAX_TEXT - left.length - 1);
  return `${why}${/[.!?…]$/.test(why) ? "" : "."}${left}`;
}

/** A claim after this one must ask what it did: it ended without a report. */
function isRunning({ snapshot, lease }: ActionRecord): boolean {
  return snapshot.state === "executing" || (snapshot.state === "compensating" && lease !== null);
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

function ttlOf({ action }: ActionSnapshot): number {
  return action.approval === "auto" ? 0 : action.approval.ttl_seconds;
}

/** The real time: when hours keep an unattended run waiting, the time at which they open. */
function dueAfter({ action }: ActionSnapshot, now: number, seconds: number): { due_at: string; held: Hold | null } {
  const due = now + seconds * 1000;
  const runs = action.approval === "auto" || action.approval.on_timeout === "execute";
  const held = runs ? closedAt(action, due) : null;
  return { due_at: held?.until ?? new Date(due).toISOString(), held };
}

/** From now on it never runs by itself. */
function backToPerson(snapshot: ActionSnapshot, reason: string, now: number): Partial<ActionSnapshot> {
  const seconds = ttlOf(snapshot) || DEFAULT_TTL_SECONDS;
  const approval = { ttl_seconds: seconds, on_timeout: "wait", escalate_before_seconds: 0 } as const;
  return {
    action: { ...snapshot.action, approval },
    released_by: null,
    due_at: new Date(now + seconds * 1000).toISOString(),
    held: { reason: reason.slice(0, 500), until: null },
  };
}

function undoOf({ action }: ActionSnapshot, effect: Effect): Pick<ActionSnapshot, "undo_until" | "undo_note"> {
  const { window_seconds, note } = undoTerms(action);
  // A rehearsal has to be "taken back" like what happened, or a plan that failed would leave work for somebody.
  if (effect.external_id === DRY_RUN_ID) return { undo_until: effect.at, undo_note: "Nothing was sent." };
  if (window_seconds === null) return { undo_until: null, undo_note: note };
  if (action.type === "update_crm" && effect.undo === null) {
    return { undo_until: null, undo_note: "The value from before is not known; set it in the CRM." };
  }
  return { undo_until: new Date(Date.parse(effect.at) + window_seconds * 1000).toISOString(), undo_note: note };
}

/** A person named by hand: their zone and manager are not known. */
function ownerOf(person: Person): Owner {
  return { ...person, time_zone: null, manager: null };
}
