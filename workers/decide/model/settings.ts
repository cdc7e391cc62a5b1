// The model's settings, from the variables of the deployment. Rules: without a provider there is no model and nothing
// else is read; a mistake in any of them names the variable, and the rules decide alone until it is mended.
import * as z from "zod";
import { MICRO_USD } from "#contract/budget.ts";
import { Priority } from "#contract/envelope.ts";
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";

const Text = z.string().trim().min(1, "is not set");
const Amount = Text.transform(Number).pipe(z.number("is no amount").min(0, "is negative"));
const Url = z
  .string()
  .trim()
  .pipe(z.url({ protocol: /^https?$/, error: "is no web address" }));
/** Empty: this alone makes no signal worth it. */
const optional = <Schema extends z.ZodType>(schema: Schema) => z.union([z.literal("").transform(() => null), schema]);

const Shared = z.object({
  LLM_MODEL: Text,
  LLM_API_KEY: z.string().trim(),
  /** US dollars for a million tokens, which is millionths for one. */
  LLM_PRICE_INPUT: Amount,
  LLM_PRICE_OUTPUT: Amount,
  LLM_SIGNAL_BUDGET_USD: Amount,
  LLM_TIMEOUT_SECONDS: Amount.pipe(z.number().min(1, "is under 1").max(60, "is over 60")),
  LLM_MIN_URGENCY: optional(Priority),
  LLM_MIN_AMOUNT: optional(Amount),
  LLM_CONTRADICTIONS: z.enum(["on", "off"]),
  LLM_TONE: Text.max(200),
  LLM_LANGUAGE: Text.max(50),
});
const Variables = z.discriminatedUnion("LLM_PROVIDER", [
  Shared.extend({ LLM_PROVIDER: z.literal("openai-compatible"), LLM_API_URL: Url }),
  Shared.extend({ LLM_PROVIDER: z.literal("anthropic"), LLM_API_URL: optional(Url), LLM_API_KEY: Text }),
  Shared.extend({ LLM_PROVIDER: z.literal("workers-ai"), LLM_API_URL: z.string() }),
]);

export type ModelVariables = Readonly<Record<z.input<typeof Variables> extends infer V ? keyof V : never, string>>;

export type ModelSettings = {
  provider: "openai-compatible" | "anthropic" | "workers-ai";
  model: string;
  /** Null: the provider's own. */
  apiUrl: string | null;
  apiKey: string;
  microUsdPerToken: { input: number; output: number };
  signalLimitMicroUsd: number;
  timeoutMs: number;
  worth: { minUrgency: Priority | null; minAmount: number | null; contradictions: boolean };
  tone: string;
  language: string;
};

export type ReadSettings =
  | { kind: "none" }
  | { kind: "wrong"; reason: string }
  | { kind: "ready"; settings: ModelSettings };

export function readModelSettings(variables: ModelVariables): ReadSettings {
  if (["", "none"].includes(variables.LLM_PROVIDER.trim())) return { kind: "none" };
  const read = Variables.safeParse(variables);
  if (!read.success) {
    const [issue] = read.error.issues;
    const name = String(issue?.path[0]);
    return { kind: "wrong", reason: `${name}: ${issue?.message}; see ${CONFIGURATION_PAGE}#${name.toLowerCase()}` };
  }
  const given = read.data;
  return {
    kind: "ready",
    settings: {
      provider: given.LLM_PROVIDER,
      model: given.LLM_MODEL,
      apiUrl: given.LLM_API_URL || null,
      apiKey: given.LLM_API_KEY,
      microUsdPerToken: { input: given.LLM_PRICE_INPUT, output: given.LLM_PRICE_OUTPUT },
      signalLimitMicroUsd: Math.round(given.LLM_SIGNAL_BUDGET_USD * MICRO_USD),
      timeoutMs: given.LLM_TIMEOUT_SECONDS * 1_000,
      worth: {
        minUrgency: given.LLM_MIN_URGENCY,
        minAmount: given.LLM_MIN_AMOUNT,
        contradictions: given.LLM_CONTRADICTIONS === "on",
      },
      tone: given.LLM_TONE,
      language: given.LLM_LANGUAGE,
    },
  };
}
