// A model that says what a test tells it to, with a budget that grants until told otherwise. Everything asked of either
// is kept.
import type { BudgetAnswer, BudgetAsk } from "#contract/budget.ts";
import type { Answer, Request } from "./ask.ts";
import type { ConversePorts } from "./converse.ts";
import type { ModelSettings } from "./settings.ts";

export const SETTINGS: ModelSettings = {
  provider: "openai-compatible",
  model: "test-model",
  apiUrl: "https://model.test/v1",
  apiKey: "sk-very-secret",
  microUsdPerToken: { input: 3, output: 15 },
  signalLimitMicroUsd: 100_000,
  timeoutMs: 12_000,
  worth: { minUrgency: "high", minAmount: 50_000, contradictions: true },
  tone: "friendly",
  language: "English",
};

/** Three seconds after the fixture's signal. */
export const NOW = Date.parse("2026-11-20T10:00:03.000Z");

export const says = (value: unknown): Answer => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return { kind: "text", text, usage: { input: 100, output: 10 } };
};

type Script = {
  answers?: readonly Answer[];
  grants?: readonly BudgetAnswer[];
  now?: number;
  settings?: Partial<ModelSettings>;
};

export function fakeModel({ answers = [], grants = [], now = NOW, settings }: Script) {
  const requests: Request[] = [];
  const reserved: BudgetAsk[] = [];
  const settled: number[] = [];
  const ports: ConversePorts = {
    settings: { ...SETTINGS, ...settings },
    ask: async (request) => {
      requests.push(request);
      return answers[requests.length - 1] ?? { kind: "failed", reason: "nothing more was scripted" };
    },
    budget: {
      reserve: async (ask) => {
        reserved.push(ask);
        return grants[reserved.length - 1] ?? { ok: true };
      },
      settle: async (_call, microUsd) => {
        settled.push(microUsd);
      },
    },
    now: () => now,
    newId: () => `call-${reserved.length}`,
    timeout: () => new AbortController().signal,
  };
  return { ports, requests, reserved, settled };
}
