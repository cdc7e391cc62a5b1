// How letters are replayed, as the forms ask it. Rule: what is decided already stays so; the choice of rules is for what
// was not.
import { ReplayHow } from "#web/api/letters-body.ts";

/** What is no choice of the form is the first one. */
export const HowField = ReplayHow.catch("stage");

/** `stage` is where they go back to; null when they never were at one. */
export function HowSelect({ label, stage }: { label: string; stage: string | null }) {
  return (
    <label>
      {label}{" "}
      <select name="how">
        {stage !== null && (
          <>
            <option value="stage">from {stage}, with the rules of now</option>
            <option value="stage_then">from {stage}, with the rules of then</option>
          </>
        )}
        <option value="raw">from the raw body, with the rules of now</option>
      </select>
    </label>
  );
}

/** What each way means, in a sentence for the preview. */
export const HOW_WORDS: Readonly<Record<ReplayHow, string>> = {
  stage:
    "Each goes back to where it failed, as it was. What was decided stays as decided; what was not yet is decided by the rules of now.",
  stage_then:
    "Each goes back to where it failed, as it was. What was decided stays as decided; what was not yet is decided by the rules that were active when it was sent.",
  raw: "Each is read again from its raw body and decided by the rules of now. Letters without a raw body stay here.",
};
