// What the model decides where rules are inconclusive. Rules: a signal that is not worth it is not asked about; the
// model chooses among intents and our code fills them in; an answer with one text that fails its check is refused whole.
import type { Event } from "#contract/envelope.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { Defaults } from "#rules/ruleset.ts";
import type { ModelDecision } from "../model-port.ts";
import { type DecisionAnswer, DecisionAnswer as Schema, textsOf } from "./answers.ts";
import { textProblem } from "./check-text.ts";
import { type ConversePorts, converse } from "./converse.ts";
import { fill } from "./fill.ts";
import { decisionPrompt } from "./prompt.ts";
import { worthAsking } from "./worth.ts";

const MAX_OUTPUT_TOKENS = 1_200;

/** `defaults` are those of the ruleset in force. Never throws. */
export async function decideByModel(
  { payload: signal, correlation_id: correlationId }: Event<SignalEnriched>,
  defaults: Defaults,
  ports: ConversePorts,
): Promise<ModelDecision> {
  const { settings } = ports;
  const { worth, because } = worthAsking(signal, settings.worth, ports.now());
  if (!worth) return { kind: "not_asked", told: { purpose: "decide", outcome: "not_asked", because } };

  const prompt = decisionPrompt(signal, settings);
  const problemOf = (answer: DecisionAnswer) =>
    textsOf(answer)
      .map((text) => textProblem(text, prompt.facts, settings.language))
      .find((problem) => problem !== null) ?? null;
  const asked = await converse(
    {
      purpose: "decide",
      signalId: signal.signal_id,
      correlationId,
      prompt,
      schema: Schema,
      problemOf,
      maxOutputTokens: MAX_OUTPUT_TOKENS,
    },
    ports,
  );
  const told = { because, ...asked.told };
  if (!asked.ok) return { kind: "fallback", reason: asked.reason, told };
  const { intents, reason, confidence } = asked.value;
  const { actions, left } = fill(intents, signal, defaults);
  if (actions.length === 0 && left.length > 0)
    return { kind: "fallback", reason: `nothing it asked for can be done: ${left.join("; ")}`, told };
  return { kind: "plan", actions, reason: reason.trim(), confidence, told: left.length > 0 ? { ...told, left } : told };
}
