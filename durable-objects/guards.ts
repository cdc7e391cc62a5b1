// The conditions that the table of states names. Rule: a guard only looks; when it does not hold, its refusal says
// what to do, in words for the person or the operator who reads it.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { ActionEvent } from "./action-event.ts";
import type { ActionRecord } from "./action-record.ts";

export type RefusalCode = "wrong_state" | "stale_content" | "not_available" | "leased" | "not_leased" | "not_due";

type Guard = {
  /** How the diagram says it. */
  label: string;
  holds(record: ActionRecord, event: ActionEvent, now: number): boolean;
  code: RefusalCode;
  refusal: string;
};

export type GuardName =
  | "policy_is_auto"
  | "policy_wants_person"
  | "content_is_current"
  | "due_and_executes"
  | "due_and_expires"
  | "surely_not_done"
  | "maybe_done"
  | "lease_is_over"
  | "holds_lease"
  | "undo_is_available"
  | "undo_window_is_open"
  | "can_be_taken_back"
  | "can_not_be_taken_back"
  | "lease_ran_out"
  | "escalation_is_due"
  | "it_happened"
  | "it_did_not_happen"
  | "stands_alone";

export const GUARDS: Readonly<Record<GuardName, Guard>> = {
  policy_is_auto: {
    label: "policy says auto",
    holds: ({ snapshot }) => snapshot.action.approval === "auto",
    code: "wrong_state",
    refusal: "the policy wants a person",
  },
  policy_wants_person: {
    label: "policy wants a person",
    holds: ({ snapshot }) => snapshot.action.approval !== "auto",
    code: "wrong_state",
    refusal: "the policy says auto",
  },
  content_is_current: {
    label: "content hash is current",
    holds: ({ snapshot }, event) =>
      (event.kind === "approve" || event.kind === "edit") && event.content_hash === snapshot.action.content_hash,
    code: "stale_content",
    refusal: "This action was edited after you opened it. Read it as it is now, then decide again.",
  },
  due_and_executes: {
    label: "due, on_timeout is execute",
    holds: (record, _event, now) => isDue(record, now, "execute"),
    code: "not_due",
    refusal: "its time to live has not ended yet",
  },
  due_and_expires: {
    label: "due, on_timeout is expire",
    holds: (record, _event, now) => isDue(record, now, "expire"),
    code: "not_due",
    refusal: "its time to live has not ended yet",
  },
  surely_not_done: {
    label: "surely not done",
    holds: ({ maybe_done }) => !maybe_done,
    code: "wrong_state",
    refusal: "an earlier claim ended without a report, so its effect may have happened; the next claim finds out",
  },
  maybe_done: {
    label: "a claim ended without a report",
    holds: ({ maybe_done }) => maybe_done,
    code: "not_leased",
    refusal: "nobody has claimed this action; claim it before reporting on it",
  },
  lease_is_over: {
    label: "lease is over",
    holds: ({ lease }, _event, now) => lease === null || Date.parse(lease.until) <= now,
    code: "leased",
    refusal: "another run holds the lease on this action; try again when the lease is over",
  },
  holds_lease: {
    label: "reporter holds the lease",
    holds: ({ lease }, event) => "lease_id" in event && lease?.id === event.lease_id,
    code: "not_leased",
    refusal: "this lease is no longer the current one; claim the action again",
  },
  undo_is_available: {
    label: "undo is available",
    holds: () => false,
    code: "not_available",
    refusal: "Undo is not available for this action; take the effect back by hand in the system where it happened.",
  },
  undo_window_is_open: {
    label: "undo window is open",
    holds: ({ snapshot: { undo_until } }, _event, now) => undo_until !== null && now <= Date.parse(undo_until),
    code: "not_available",
    refusal: "This can't be taken back (any more); do it by hand in the system where it happened.",
  },
  can_be_taken_back: {
    label: "can be taken back",
    holds: ({ snapshot }) => snapshot.undo_until !== null,
    code: "not_available",
    refusal: "its effect can't be taken back",
  },
  can_not_be_taken_back: {
    label: "can't be taken back",
    holds: ({ snapshot }) => snapshot.undo_until === null,
    code: "not_available",
    refusal: "its effect can be taken back",
  },
  lease_ran_out: {
    label: "lease is over",
    holds: ({ lease }, _event, now) => lease !== null && Date.parse(lease.until) <= now,
    code: "leased",
    refusal: "no lease on this action has ended",
  },
  escalation_is_due: {
    label: "the deadline is near, the owner has a manager",
    holds: ({ snapshot }, _event, now) => {
      const at = escalationAt(snapshot);
      return at !== null && at <= now;
    },
    code: "not_due",
    refusal: "it is not time to ask the manager",
  },
  it_happened: {
    label: "it happened",
    holds: (_record, event) => event.kind === "settle" && event.happened,
    code: "wrong_state",
    refusal: "the person says that it did not happen",
  },
  it_did_not_happen: {
    label: "it did not happen",
    holds: (_record, event) => event.kind === "settle" && !event.happened,
    code: "wrong_state",
    refusal: "the person says that it happened",
  },
  stands_alone: {
    label: "not in an atomic plan",
    holds: ({ step }) => step === null,
    code: "wrong_state",
    refusal: "its plan is atomic and was taken back when this step failed; it does not run any more",
  },
};

/** Milliseconds at which the owner's manager is to be asked; null when never, or when somebody was asked already. */
export function escalationAt({ action, due_at, escalated_to }: ActionSnapshot): number | null {
  const { approval, owner } = action;
  if (approval === "auto" || due_at === null || escalated_to !== null || !owner?.manager) return null;
  // What an older build stored has no such field.
  const before = approval.escalate_before_seconds ?? 0;
  return before === 0 ? null : Date.parse(due_at) - before * 1000;
}

function isDue({ snapshot }: ActionRecord, now: number, outcome: "execute" | "expire"): boolean {
  const { approval } = snapshot.action;
  if (snapshot.due_at === null) return false;
  // An action that may run at once waits only while something holds it back.
  const onTimeout = approval === "auto" ? "execute" : approval.on_timeout;
  return onTimeout === outcome && Date.parse(snapshot.due_at) <= now;
}
