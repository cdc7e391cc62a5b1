// A question to the model, with all that surrounds it: money, time, validation, one attempt to repair, and the record
// for the trail. Rules: no call without a reservation; what comes back is validated against our schema and then
// checked by whoever asked; after two answers, or one failure, there is no third.
import type * as z from "zod";
import { type BudgetRpc, MICRO_USD } from "#contract/budget.ts";
import { describeIssues } from "#contract/messages.ts";
import type { Told } from "../model-port.ts";
import type { Ask, Message, Usage } from "./ask.ts";
import type { Prompt } from "./prompt.ts";
import type { ModelSettings } from "./settings.ts";

export type ConversePorts = {
  settings: ModelSettings;
  ask: Ask;
  budget: Pick<BudgetRpc, "reserve" | "settle">;
  /** Milliseconds since 1970. */
  now(): number;
  newId(): string;
  /** Aborts after so many milliseconds. */
  timeout(ms: number): AbortSignal;
};

export type Question<Value> = {
  purpose: "decide" | "compose";
  signalId: string;
  correlationId: string;
  prompt: Prompt;
  schema: z.ZodType<Value>;
  /** What makes a valid answer unusable, or null. */
  problemOf(value: Value): string | null;
  maxOutputTokens: number;
};

export type Conversed<Value> = { ok: true; value: Value; told: Told } | { ok: false; reason: string; told: Told };

const MAX_ATTEMPTS = 2;
/** Text is counted at this many characters a token before the provider counts it; rather too many than too few. */
const CHARACTERS_PER_TOKEN = 3;
/** The schema and what providers add around the messages. */
const OVERHEAD_TOKENS = 800;
const MAX_ANSWER_TOLD = 4_000;
const MAX_PROBLEM = 300;

export async function converse<Value>(question: Question<Value>, ports: ConversePorts): Promise<Conversed<Value>> {
  const { prompt, purpose } = question;
  const { provider, model, microUsdPerToken: price, timeoutMs } = ports.settings;
  const startedAt = ports.now();
  const deadline = ports.timeout(timeoutMs);
  const messages: Message[] = [{ role: "user", content: prompt.user }];
  const answers: string[] = [];
  const problems: string[] = [];
  let [inputTokens, outputTokens, microUsd] = [0, 0, 0];
  const told = (outcome: string): Told => ({
    purpose,
    outcome,
    provider,
    model,
    prompt_version: prompt.version,
    prompt: prompt.user,
    answers,
    problems,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cost_usd: microUsd / MICRO_USD,
    duration_ms: ports.now() - startedAt,
  });
  const costOf = ({ input, output }: NonNullable<Usage>) => Math.ceil(input * price.input + output * price.output);

  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const characters = prompt.system.length + messages.reduce((sum, { content }) => sum + content.length, 0);
    const input = Math.ceil(characters / CHARACTERS_PER_TOKEN) + OVERHEAD_TOKENS;
    const reserved = costOf({ input, output: question.maxOutputTokens });
    const call = ports.newId();
    const granted = await reserve(call, question.signalId, reserved, ports);
    if (granted !== null) return { ok: false, reason: granted, told: told("over_budget") };

    const { system } = prompt;
    const { schema, maxOutputTokens, correlationId } = question;
    const asked = { system, messages, schema, name: purpose, maxOutputTokens, correlationId };
    const answer = await ports.ask({ ...asked, signal: deadline });
    const usage = answer.kind === "failed" ? null : answer.usage;
    const cost = usage === null ? reserved : costOf(usage);
    inputTokens += usage?.input ?? 0;
    outputTokens += usage?.output ?? 0;
    microUsd += cost;
    // An unsettled call counts as reserved, so a failure here costs budget and never the signal.
    if (usage !== null) await ports.budget.settle(call, cost).catch(() => undefined);
    if (answer.kind === "failed") return { ok: false, reason: answer.reason, told: told("failed") };
    answers.push(answer.text.slice(0, MAX_ANSWER_TOLD));
    if (answer.kind === "refused") return { ok: false, reason: "the model declined to answer", told: told("refused") };

    const read = validate(answer.text, question);
    if (read.ok) return { ok: true, value: read.value, told: told(attempt === 1 ? "answered" : "repaired") };
    problems.push(read.problem);
    messages.push(
      { role: "assistant", content: answer.text.slice(0, MAX_ANSWER_TOLD) },
      {
        role: "user",
        content: `That can't be used: ${read.problem}. Answer again, with JSON only, by the same rules.`,
      },
    );
  }
  return { ok: false, reason: `the answer can't be used: ${problems.at(-1)}`, told: told("unusable") };
}

/** Null when the money is there, else why not. */
async function reserve(
  call: string,
  signalId: string,
  microUsd: number,
  { budget, settings }: ConversePorts,
): Promise<string | null> {
  const limit = settings.signalLimitMicroUsd;
  const ask = { call_id: call, signal_id: signalId, micro_usd: microUsd, signal_limit_micro_usd: limit };
  try {
    const answer = await budget.reserve(ask);
    if (answer.ok) return null;
    return answer.why === "day" ? "the day's budget is used up" : "the signal's budget is used up";
  } catch {
    return "the budget could not be asked";
  }
}

function validate<Value>(
  text: string,
  { schema, problemOf }: Pick<Question<Value>, "schema" | "problemOf">,
): { ok: true; value: Value } | { ok: false; problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, problem: "it is not JSON" };
  }
  const read = schema.safeParse(json);
  if (!read.success) return { ok: false, problem: describeIssues(read.error).slice(0, MAX_PROBLEM) };
  const problem = problemOf(read.data);
  return problem === null ? { ok: true, value: read.data } : { ok: false, problem };
}
