// The states of an action, second version: autopilot, holds, escalation, doubt that a person settles, and effects that
// are taken back. Rule: as for every shipped table, it never changes; a change is a machine-v3.ts beside it.
import type { Machine } from "./machine-v1.ts";

export const MACHINE_V2: Machine = {
  version: 2,
  rows: [
    { from: "proposed", on: "propose", when: "policy_is_auto", to: "released", does: "publish_release" },
    { from: "proposed", on: "propose", when: "policy_wants_person", to: "pending" },
    { from: "proposed", on: "delay", to: "pending" },
    { from: "proposed", on: "queue", to: "proposed" },
    { from: "proposed", on: "shadow", to: "superseded" },
    { from: "proposed", on: "supersede", to: "superseded" },

    { from: "pending", on: "approve", when: "content_is_current", to: "released", does: "publish_release" },
    { from: "pending", on: "edit", when: "content_is_current", to: "pending" },
    { from: "pending", on: "reject", to: "rejected" },
    { from: "pending", on: "snooze", to: "pending" },
    { from: "pending", on: "reassign", to: "pending" },
    { from: "pending", on: "escalate", to: "pending" },
    { from: "pending", on: "escalation_due", when: "escalation_is_due", to: "pending" },
    { from: "pending", on: "hold", to: "pending" },
    { from: "pending", on: "fold", to: "pending" },
    { from: "pending", on: "due", when: "due_and_executes", to: "released", does: "publish_release" },
    { from: "pending", on: "due", when: "due_and_expires", to: "expired" },
    { from: "pending", on: "supersede", to: "superseded" },

    { from: "released", on: "supersede", when: "surely_not_done", to: "superseded" },
    { from: "released", on: "claim", to: "executing" },
    { from: "released", on: "report_executed", when: "maybe_done", to: "executed" },

    { from: "executing", on: "claim", when: "lease_is_over", to: "executing" },
    { from: "executing", on: "lease_end", when: "lease_is_over", to: "released" },
    { from: "executing", on: "report_executed", to: "executed" },
    { from: "executing", on: "report_failed", when: "holds_lease", to: "failed" },
    { from: "executing", on: "report_released", when: "holds_lease", to: "released" },
    { from: "executing", on: "report_invalidated", when: "holds_lease", to: "superseded" },
    { from: "executing", on: "report_unverified", when: "holds_lease", to: "pending" },
    { from: "executing", on: "report_unknown", when: "holds_lease", to: "unknown" },

    { from: "unknown", on: "settle", when: "it_happened", to: "executed" },
    { from: "unknown", on: "settle", when: "it_did_not_happen", to: "released", does: "publish_release" },
    { from: "unknown", on: "report_executed", to: "executed" },

    // In an atomic plan the earlier effects are being taken back by then; running this one would leave half a plan.
    { from: "failed", on: "claim", when: "stands_alone", to: "executing" },

    { from: "executed", on: "undo", when: "undo_window_is_open", to: "compensating", does: "publish_release" },
    { from: "executed", on: "compensate", when: "can_be_taken_back", to: "compensating", does: "publish_release" },
    { from: "executed", on: "compensate", when: "can_not_be_taken_back", to: "compensation_failed" },
    { from: "compensating", on: "claim", when: "lease_is_over", to: "compensating" },
    { from: "compensating", on: "lease_end", when: "lease_ran_out", to: "compensating" },
    { from: "compensating", on: "report_released", when: "holds_lease", to: "compensating" },
    { from: "compensating", on: "compensation_succeeded", when: "holds_lease", to: "compensated" },
    { from: "compensating", on: "compensation_failed", when: "holds_lease", to: "compensation_failed" },
  ],
};
