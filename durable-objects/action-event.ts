// Everything that can happen to an action. Rule: an event carries what it changes and who did it, and nothing about
// how; the machine it was proposed under says where it leads.
import type { ActionContent } from "#contract/action.ts";
import type { Actor, Effect } from "#contract/action-state.ts";
import type { Person } from "#contract/signal-enriched.ts";
import type { Lease } from "./action-record.ts";
import type { Hold } from "./gate.ts";

export type ActionEvent =
  | { kind: "propose" }
  /** It could run at once but for `held`. */
  | { kind: "delay"; held: Hold }
  /** A step of an atomic plan; it waits for the one before. */
  | { kind: "queue" }
  /** Recorded only: the autopilot of its type is at `shadow`. */
  | { kind: "shadow" }
  /** A similar action of a later signal was merged into this one. */
  | { kind: "fold"; signal_id: string }
  /** `content_hash` is that of what the person saw. */
  | { kind: "approve"; actor: Actor; content_hash: string }
  | { kind: "edit"; actor: Actor; content_hash: string; content: ActionContent; new_content_hash: string }
  | { kind: "reject"; actor: Actor; reason: string }
  | { kind: "snooze"; actor: Actor; seconds: number }
  | { kind: "reassign"; actor: Actor; to: Person }
  | { kind: "escalate"; actor: Actor; to: Person }
  /** The time to ask the owner's manager may have come. */
  | { kind: "escalation_due" }
  /** It is due, or released and not claimed yet, and must not run unattended now. */
  | { kind: "hold"; held: Hold }
  /** The time to live may have ended. */
  | { kind: "due" }
  | { kind: "supersede"; reason: string }
  | { kind: "claim"; lease: Lease }
  /** The lease may have ended without a report. */
  | { kind: "lease_end" }
  | { kind: "report_executed"; lease_id: string; effect: Effect }
  | { kind: "report_failed"; lease_id: string; reason: string }
  /** Nothing happened outside; it will be tried again. */
  | { kind: "report_released"; lease_id: string; reason: string }
  /** It no longer holds; nothing happened outside. */
  | { kind: "report_invalidated"; lease_id: string; reason: string }
  /** Nobody could tell whether it still holds; nothing happened outside. */
  | { kind: "report_unverified"; lease_id: string; reason: string }
  /** It may have happened and the system can't be asked. */
  | { kind: "report_unknown"; lease_id: string; reason: string }
  | { kind: "settle"; actor: Actor; happened: boolean; note: string | null }
  | { kind: "undo"; actor: Actor; reason: string | null }
  /** A later step of its plan failed, or was undone. */
  | { kind: "compensate"; reason: string }
  | { kind: "compensation_succeeded"; lease_id: string }
  | { kind: "compensation_failed"; lease_id: string; reason: string; remains: string };

export type ActionEventKind = ActionEvent["kind"];
