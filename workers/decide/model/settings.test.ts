// The model's settings, read from variables.
import { expect, test } from "vitest";
import { type ModelVariables, readModelSettings } from "./settings.ts";

const VARIABLES: ModelVariables = {
  LLM_PROVIDER: "openai-compatible",
  LLM_MODEL: "m",
  LLM_API_URL: "https://model.test/v1",
  LLM_API_KEY: "k",
  LLM_PRICE_INPUT: "0.15",
  LLM_PRICE_OUTPUT: "0.60",
  LLM_SIGNAL_BUDGET_USD: "0.10",
  LLM_TIMEOUT_SECONDS: "12",
  LLM_MIN_URGENCY: "high",
  LLM_MIN_AMOUNT: "",
  LLM_CONTRADICTIONS: "on",
  LLM_TONE: "plain",
  LLM_LANGUAGE: "English",
};

test("prices for a million tokens are millionths for one, and an empty threshold counts for nothing", () => {
  expect(readModelSettings(VARIABLES)).toMatchObject({
    kind: "ready",
    settings: {
      microUsdPerToken: { input: 0.15, output: 0.6 },
      signalLimitMicroUsd: 100_000,
      timeoutMs: 12_000,
      worth: { minUrgency: "high", minAmount: null, contradictions: true },
    },
  });
});

test.each(["none", "", " "])("the provider %j is no model, whatever else is set", (LLM_PROVIDER) => {
  expect(readModelSettings({ ...VARIABLES, LLM_PROVIDER, LLM_MODEL: "" })).toEqual({ kind: "none" });
});

test.each([
  ["LLM_PROVIDER", "gpt"],
  ["LLM_MODEL", ""],
  ["LLM_API_URL", "model.test"],
  ["LLM_PRICE_INPUT", "cheap"],
  ["LLM_PRICE_OUTPUT", "-1"],
  ["LLM_TIMEOUT_SECONDS", "600"],
  ["LLM_MIN_URGENCY", "very"],
])("%s = %j is named", (name, value) => {
  const read = readModelSettings({ ...VARIABLES, [name]: value });
  expect(read).toMatchObject({
    kind: "wrong",
    reason: expect.stringContaining(`docs/configuration.md#${name.toLowerCase()}`),
  });
});
