// The trail as people read it: one step a line, and the waits between steps as waits. Rule: a step's `at` is when it
// was done, so a wait is what is left between two steps after the second one's own duration; what happened after somebody
// had it replayed is a branch of its own.

import type { KeptStep } from "#contract/kept-step.ts";
import { spanText } from "#web/components/moment.tsx";
import { PrettyJson } from "#web/components/pretty-json.tsx";
import { ModelCalls } from "./model-calls.tsx";

/** Shorter gaps are queues at work, not waits. */
const WAIT_MS = 2_000;

const CLOCK = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  timeZone: "UTC",
});

export function Timeline({ steps }: { steps: readonly KeptStep[] }) {
  if (steps.length === 0) return <p class="quiet">No steps yet; they arrive within seconds.</p>;
  const replayed = steps.findIndex(({ step }) => step === "replayed");
  return (
    <ol class="trail">
      {steps.map((step, index) => {
        const wait = waitBefore(steps[index - 1], step);
        const isBranch = replayed !== -1 && index >= replayed;
        return (
          <>
            {wait >= WAIT_MS && <li class="wait">waited {spanText(wait)}</li>}
            <Step step={step} isBranch={isBranch} />
          </>
        );
      })}
    </ol>
  );
}

/** Milliseconds that passed before `step` began; 0 for the first. */
export function waitBefore(previous: KeptStep | undefined, step: KeptStep): number {
  if (previous === undefined) return 0;
  return Math.max(0, Date.parse(step.at) - (step.duration_ms ?? 0) - Date.parse(previous.at));
}

function Step({ step, isBranch }: { step: KeptStep; isBranch: boolean }) {
  return (
    <li class={isBranch ? "step branch" : "step"}>
      <p class="step-head">
        <time datetime={step.at} title={step.at} data-as="clock">
          {CLOCK.format(Date.parse(step.at))} UTC
        </time>
        <span class="step-layer">{step.layer}</span>
        <strong>{step.step.replaceAll("_", " ")}</strong>
        {step.duration_ms !== null && <span class="quiet">{spanText(step.duration_ms)}</span>}
        {step.erased && <span class="quiet">erased on request</span>}
        {step.attempt > 1 && <span class="quiet">attempt {step.attempt}</span>}
      </p>
      <p>{step.summary}</p>
      {step.actor !== null && step.actor.kind === "person" && (
        <p class="quiet">
          by {step.actor.id}, {step.actor.via}
        </p>
      )}
      <ModelCalls data={step.data} />
      {step.data !== null && (
        <details>
          <summary>What went in and out</summary>
          <PrettyJson value={step.data} />
          <p class="quiet">
            {step.code_version !== undefined && `code ${step.code_version} · `}message version {step.schema_version}
          </p>
        </details>
      )}
    </li>
  );
}
