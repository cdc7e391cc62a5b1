// A step of which nothing is left but that it was. Rule: its digest is that of what it said, so that the chain holds.
import type { KeptStep, ToldStep } from "#contract/kept-step.ts";

export function emptied<Step extends ToldStep>(step: Step): Step & Required<Pick<KeptStep, "erased">> {
  return { ...step, summary: "Erased.", data: null, erased: true };
}
