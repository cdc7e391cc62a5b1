// The step of a signal that was read again from its raw body. Rule: it is told as what it is, by whom and when; it opens
// the signal's row only where the first time did not.
import type { AuditStep } from "#contract/audit-step.ts";

/** `received` is the step as the first time made it; `at` an Instant, when it was read again. */
export function replayedStep(received: AuditStep, key: string | null, by: string, at: string): AuditStep {
  return {
    ...received,
    at,
    duration_ms: null,
    summary: `${received.summary.replace(/\.$/, "")}, read again from its raw body.`,
    data: { ...received.data, replayed_from: key },
    actor: { kind: "person", id: by, via: "api" },
  };
}
