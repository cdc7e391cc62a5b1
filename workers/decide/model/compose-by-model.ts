// A mail of a rule's, in the model's words. Rules: the model sees the template's own text and the rule's facts, changes
// subject and body and nothing else; whatever goes wrong, the template's words are kept.
import type { Event } from "#contract/envelope.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { Firing } from "#rules/evaluate.ts";
import type { DraftContent, Told } from "../model-port.ts";
import { type CompositionAnswer, CompositionAnswer as Schema } from "./answers.ts";
import { textProblem } from "./check-text.ts";
import { type ConversePorts, converse } from "./converse.ts";
import { compositionPrompt } from "./prompt.ts";
import { lateness } from "./worth.ts";

const MAX_OUTPUT_TOKENS = 900;

/** Never throws. */
export async function composeByModel(
  { payload: signal, correlation_id: correlationId }: Event<SignalEnriched>,
  draft: DraftContent,
  firing: Firing,
  ports: ConversePorts,
): Promise<{ draft: DraftContent; told: Told }> {
  const { settings } = ports;
  const late = lateness(signal, ports.now());
  if (late !== null) return { draft, told: { purpose: "compose", outcome: "not_asked", because: late } };

  const prompt = compositionPrompt(draft, firing, settings);
  const problemOf = ({ subject, body }: CompositionAnswer) =>
    textProblem(subject, prompt.facts, settings.language) ?? textProblem(body, prompt.facts, settings.language);
  const asked = await converse(
    {
      purpose: "compose",
      signalId: signal.signal_id,
      correlationId,
      prompt,
      schema: Schema,
      problemOf,
      maxOutputTokens: MAX_OUTPUT_TOKENS,
    },
    ports,
  );
  if (!asked.ok) return { draft, told: { because: asked.reason, ...asked.told } };
  const subject = asked.value.subject.replace(/\s+/g, " ").trim();
  const params = { ...draft.params, subject, body: asked.value.body.trim() };
  return { draft: { ...draft, params }, told: asked.told };
}
