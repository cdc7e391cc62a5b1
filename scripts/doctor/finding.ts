// What the doctor found: one line of a report. Rule: whatever is not right says what to do about it.

/** `warning` does not keep dealwire from working, `failure` does, `skipped` could not or need not be looked at. */
export type FindingState = "ok" | "warning" | "failure" | "skipped";

export type Finding = {
  /** The group that it is shown under, for example `webhooks`. */
  check: string;
  subject: string;
  state: FindingState;
  what: string;
  /** What to do; null when there is nothing to do. */
  todo: string | null;
};

export type Report = (state: FindingState, subject: string, what: string, todo?: string) => Finding;

/** Findings of one check. */
export function findingsOf(check: string): Report {
  return (state, subject, what, todo) => ({ check, subject, state, what, todo: todo ?? null });
}

/** Exit code: 0 when nothing failed, otherwise 1. */
export function exitCodeOf(findings: readonly Finding[]): number {
  return findings.some(({ state }) => state === "failure") ? 1 : 0;
}
