// Builds the audit step that a layer tells about a signal, with the fields most steps leave empty.
import type { AuditStep } from "#contract/audit-step.ts";
import { auditStep } from "#contract/messages.ts";
import { type Emission, emission } from "./outcome.ts";

export type StepInput = Pick<AuditStep, "signal_id" | "layer" | "step" | "at" | "summary"> & Partial<AuditStep>;

/** A whole audit step; what is not given is null, and the first attempt. The summary is cut to what the contract allows. */
export function stepOf(input: StepInput): AuditStep {
  const empty = { attempt: 1, duration_ms: null, data: null, actor: null, signal: null, fate: null, action: null };
  return { ...empty, ...input, summary: input.summary.slice(0, 2_000) };
}

/** The emission that puts the step on `audit`. */
export function audit(input: StepInput): Emission {
  return emission("audit", auditStep, stepOf(input));
}
