// Puts data back into steps that was too large for their row. Rule: what is not there any more leaves the step as it is,
// without data, and never fails the page.
import type { KeptStep } from "#contract/kept-step.ts";

/** The part of the bucket that is needed. */
export type AsideFiles = { get(key: string): Promise<{ text(): Promise<string> } | null> };

export type ReadAside = (step: KeptStep) => Promise<KeptStep>;

export function createReadAside(files: AsideFiles): ReadAside {
  return async (step) => {
    if (step.aside === undefined) return step;
    const file = await files.get(step.aside);
    return file === null ? step : { ...step, data: JSON.parse(await file.text()) };
  };
}
