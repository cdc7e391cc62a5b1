// The conditions that the table of states names. Rule: a guard only looks; when it does not hold, its refusal says
// what to do, in words for the person or the operator who reads it.
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
  | "undo_is_available";

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
    refusal: "Undo is not available yet; take the effect back by hand in the system where it happened.",
  },
};

function isDue({ snapshot }: ActionRecord, now: number, outcome: "execute" | "expire"): boolean {
  const { approval } = snapshot.action;
  if (approval === "auto" || snapshot.due_at === null) return false;
  return approval.on_timeout === outcome && Date.parse(snapshot.due_at) <= now;
}
