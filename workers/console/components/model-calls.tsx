// What a step says of the language model, in a sentence a call: why it was asked or not, what became of it, how long it
// took and what it cost. Rule: what the step does not tell, or tells in a form of another time, is left out.
import * as z from "zod";
import { spanText } from "#web/components/moment.tsx";

const Call = z.object({
  purpose: z.string(),
  outcome: z.string(),
  because: z.string().optional(),
  model: z.string().optional(),
  answers: z.array(z.string()).default([]),
  problems: z.array(z.string()).default([]),
  cost_usd: z.number().optional(),
  duration_ms: z.number().optional(),
});
type Call = z.infer<typeof Call>;

const Told = z.object({ model: z.array(z.unknown()) });

const PURPOSES: Readonly<Record<string, string>> = { decide: "The model, to decide", compose: "The model, for words" };
const OUTCOMES: Readonly<Record<string, string>> = {
  not_asked: "not asked",
  answered: "answered",
  repaired: "answered, once corrected",
  unusable: "gave no usable answer",
  refused: "declined",
  failed: "gave no answer",
  over_budget: "not asked, no budget left",
};

/** `data` is that of any step. */
export function ModelCalls({ data }: { data: unknown }) {
  const calls = callsIn(data);
  if (calls.length === 0) return null;
  return (
    <ul class="quiet">
      {calls.map((call) => (
        <li>
          {sentenceOf(call)}
          {call.problems.length > 0 && ` Refused: ${call.problems.join("; ")}.`}
          {call.answers.length > 0 && (
            <details>
              <summary>What it answered</summary>
              {call.answers.map((answer) => (
                <pre tabindex={0}>{answer}</pre>
              ))}
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

function callsIn(data: unknown): Call[] {
  const told = Told.safeParse(data);
  if (!told.success) return [];
  return told.data.model.flatMap((each) => Call.safeParse(each).data ?? []);
}

/** `The model, to decide: answered, because its urgency is high (gpt, 1 s, $0.0031).` */
function sentenceOf({ purpose, outcome, because, model, cost_usd, duration_ms }: Call): string {
  const details = [
    model,
    duration_ms === undefined ? undefined : spanText(duration_ms),
    cost_usd === undefined ? undefined : `$${cost_usd.toFixed(4)}`,
  ].filter((each) => each !== undefined);
  const why = because === undefined ? "" : `, because ${because}`;
  const how = details.length === 0 ? "" : ` (${details.join(", ")})`;
  return `${PURPOSES[purpose] ?? purpose}: ${OUTCOMES[outcome] ?? outcome}${why}${how}.`;
}
