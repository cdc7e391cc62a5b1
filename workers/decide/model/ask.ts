// One call to the language model through the AI SDK: messages in, text out. Rules: no retries here, what failed is an
// outcome; the answer's text is handed on as it came, because it is validated again by whoever asked.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, generateText, type LanguageModel, NoObjectGeneratedError, Output } from "ai";
import { createWorkersAI } from "workers-ai-provider";
import type * as z from "zod";
import { traceparent } from "#runtime/http.ts";
import type { ModelSettings } from "./settings.ts";

export type Message = { role: "user" | "assistant"; content: string };
export type Request = {
  system: string;
  messages: readonly Message[];
  /** The shape of the answer, sent with the request as a JSON schema under `name`. */
  schema: z.ZodType;
  name: string;
  maxOutputTokens: number;
  signal: AbortSignal;
  /** W3C trace-id of the signal, passed on as `traceparent`. */
  correlationId: string;
};
/** Tokens, as the provider counted them; null when it did not say. */
export type Usage = { input: number; output: number } | null;

export type Answer =
  | { kind: "text"; text: string; usage: Usage }
  /** The provider or the model declined; `text` holds its words, if there were any. */
  | { kind: "refused"; text: string; usage: Usage }
  /** No answer: an HTTP status, a timeout, a broken connection. */
  | { kind: "failed"; reason: string };
export type Ask = (request: Request) => Promise<Answer>;

/** `ai`: the Workers AI binding, where there is one. */
export type AskPorts = { fetch: typeof fetch; ai: Ai | null };

const MAX_REASON = 300;

export function createAsk(settings: ModelSettings, ports: AskPorts): Ask {
  return async ({ system, messages, schema, name, maxOutputTokens, signal, correlationId }) => {
    const model = modelOf(settings, ports);
    if (typeof model === "string") return { kind: "failed", reason: model };
    const call = generateText({
      model: model.of,
      instructions: system,
      messages: [...messages],
      output: Output.object({ schema, name }),
      maxOutputTokens,
      temperature: 0,
      maxRetries: 0,
      headers: { traceparent: traceparent(correlationId) },
      abortSignal: signal,
    });
    try {
      // A binding that does not obey the signal is left behind all the same.
      const { text, finishReason, usage } = await Promise.race([call, aborted(signal)]);
      return said(text, finishReason, usage);
    } catch (error) {
      if (NoObjectGeneratedError.isInstance(error)) return said(error.text, error.finishReason, error.usage);
      return { kind: "failed", reason: reasonOf(error, signal) };
    }
  };
}

type Counted = { inputTokens: number | undefined; outputTokens: number | undefined } | undefined;

function said(text: string | undefined, finishReason: string | undefined, counted: Counted): Answer {
  const { inputTokens: input, outputTokens: output } = counted ?? {};
  const usage = input === undefined || output === undefined ? null : { input, output };
  const words = text ?? "";
  const refused = finishReason === "content-filter" || words.trim() === "";
  return { kind: refused ? "refused" : "text", text: words, usage };
}

/** The SDK's model, or what is missing for it. */
function modelOf(
  { provider, model, apiUrl, apiKey }: ModelSettings,
  { fetch, ai }: AskPorts,
): { of: LanguageModel } | string {
  switch (provider) {
    case "openai-compatible": {
      const baseURL = apiUrl ?? "";
      const key = apiKey === "" ? {} : { apiKey };
      return {
        of: createOpenAICompatible({ name: "llm", baseURL, ...key, fetch, supportsStructuredOutputs: true })(model),
      };
    }
    case "anthropic":
      return { of: createAnthropic({ apiKey, fetch, ...(apiUrl === null ? {} : { baseURL: apiUrl }) })(model) };
    case "workers-ai":
      if (ai === null) return "LLM_PROVIDER is workers-ai, and the Worker has no binding AI; see docs/model.md";
      return { of: createWorkersAI({ binding: ai })(model) };
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Never the request or its headers; of an answer, the status alone. */
function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "no answer in time";
  if (APICallError.isInstance(error) && error.statusCode !== undefined)
    return `the model answered HTTP ${error.statusCode}`;
  return `the call failed: ${error instanceof Error ? error.name : "unknown"}`.slice(0, MAX_REASON);
}
