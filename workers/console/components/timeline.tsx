// The trail as people read it: one step a line, and the waits between steps as waits. Rule: a step's `at` is when it
// was done, so a wait is what is left between two steps after the second one's own duration; what happened after somebody
// had it replayed is a branch of its own.

import * as z from "zod";
import type { KeptStep } from "#contract/kept-step.ts";
import { spanText } from "#web/components/moment.tsx";
import { PrettyJson } from "#web/components/pretty-json.tsx";
import { WithMoments } from "#web/components/with-moments.tsx";
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
  const [first, ...replays] = branchesOf(steps);
  return (
    <ol class="trail">
      <Steps steps={first ?? []} before={undefined} />
      {replays.map((branch, index) => (
        <li class="branch">
          <p class="branch-head">{replays.length === 1 ? "Replay" : `Replay ${index + 1} of ${replays.length}`}</p>
          <ol class="trail">
            <Steps steps={branch} before={(replays[index - 1] ?? first)?.at(-1)} />
          </ol>
        </li>
      ))}
    </ol>
  );
}

/** What happened first, which may be nothing, and then one branch for each time that it was replayed. */
export function branchesOf(steps: readonly KeptStep[]): readonly (readonly KeptStep[])[] {
  const branches: KeptStep[][] = [[]];
  for (const step of steps) {
    if (step.step === "replayed") branches.push([]);
    branches.at(-1)?.push(step);
  }
  return branches;
}

/** `before` is the step that the first of them waited for. */
function Steps({ steps, before }: { steps: readonly KeptStep[]; before: KeptStep | undefined }) {
  return (
    <>
      {steps.map((step, index) => {
        const wait = waitBefore(steps[index - 1] ?? before, step);
        return (
          <>
            {wait >= WAIT_MS && <li class="wait">waited {spanText(wait)}</li>}
            <Step step={step} />
          </>
        );
      })}
    </>
  );
}

const OfLetter = z.looseObject({ letter_id: z.string() });

/** Where an event ended that a person has to see to. */
function LetterLink({ data }: { data: unknown }) {
  const letter = OfLetter.safeParse(data).data;
  if (letter === undefined) return null;
  return (
    <p class="quiet">
      <a href={`/dead-letters/letters/${encodeURIComponent(letter.letter_id)}`}>The dead letter</a>
    </p>
  );
}

/** Milliseconds that passed before `step` began; 0 for the first. */
export function waitBefore(previous: KeptStep | undefined, step: KeptStep): number {
  if (previous === undefined) return 0;
  return Math.max(0, Date.parse(step.at) - (step.duration_ms ?? 0) - Date.parse(previous.at));
}

function Step({ step }: { step: KeptStep }) {
  return (
    <li class="step">
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
      <p>
        <WithMoments text={step.summary} />
      </p>
      {step.actor !== null && step.actor.kind === "person" && (
        <p class="quiet">
          by {step.actor.id}, {step.actor.via}
        </p>
      )}
      <LetterLink data={step.data} />
      <ModelCalls data={step.data} />
      {step.aside !== undefined && (
        <p class="quiet">What went in and out is too large for this page; it is in the export.</p>
      )}
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
