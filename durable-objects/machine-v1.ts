// The states of an action and what leads from one to the next, as data; docs/deal-states.md draws it. Rule: this table
// never changes once it has shipped, because actions in flight follow it; a change is a machine-v2.ts beside it.
import type { ActionState } from "#contract/action-state.ts";
import type { ActionEventKind } from "./action-event.ts";
import type { GuardName } from "./guards.ts";

/** Rows of the same state and event are tried in order; the first whose guard holds is taken. */
export type Row = {
  from: ActionState;
  on: ActionEventKind;
  when?: GuardName;
  to: ActionState;
  /** What the shell does besides storing the record. */
  does?: "publish_release";
};

export type Machine = { version: number; rows: readonly Row[] };

export const MACHINE_V1: Machine = {
  version: 1,
  rows: [
    { from: "proposed", on: "propose", when: "policy_is_auto", to: "released", does: "publish_release" },
    { from: "proposed", on: "propose", when: "policy_wants_person", to: "pending" },
    { from: "proposed", on: "supersede", to: "superseded" },

    { from: "pending", on: "approve", when: "content_is_current", to: "released", does: "publish_release" },
    { from: "pending", on: "edit", when: "content_is_current", to: "pending" },
    { from: "pending", on: "reject", to: "rejected" },
    { from: "pending", on: "snooze", to: "pending" },
    { from: "pending", on: "reassign", to: "pending" },
    { from: "pending", on: "escalate", to: "pending" },
    { from: "pending", on: "fold", to: "pending" },
    { from: "pending", on: "due", when: "due_and_executes", to: "released", does: "publish_release" },
    { from: "pending", on: "due", when: "due_and_expires", to: "expired" },
    { from: "pending", on: "supersede", to: "superseded" },

    { from: "released", on: "supersede", when: "surely_not_done", to: "superseded" },
    { from: "released", on: "claim", to: "executing" },
    { from: "released", on: "report_executed", when: "maybe_done", to: "executed" },

    { from: "executing", on: "claim", when: "lease_is_over", to: "executing" },
    // Not published again: the message that was claimed is still on its queue, because nobody settled it.
    { from: "executing", on: "lease_end", when: "lease_is_over", to: "released" },
    // Whoever reports an effect is believed, lease or not: it did happen.
    { from: "executing", on: "report_executed", to: "executed" },
    { from: "executing", on: "report_failed", when: "holds_lease", to: "failed" },
    { from: "executing", on: "report_released", when: "holds_lease", to: "released" },
    { from: "executing", on: "report_invalidated", when: "holds_lease", to: "superseded" },

    // A replayed dead letter tries again: failed means that nothing happened outside, so nothing can double.
    { from: "failed", on: "claim", to: "executing" },

    { from: "executed", on: "undo", when: "undo_is_available", to: "compensating" },
    { from: "compensating", on: "compensation_succeeded", when: "undo_is_available", to: "compensated" },
    { from: "compensating", on: "compensation_failed", when: "undo_is_available", to: "compensation_failed" },
  ],
};
