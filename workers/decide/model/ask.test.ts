// The AI SDK against the wire formats of the providers.
import { expect, test } from "vitest";
import { DecisionAnswer } from "./answers.ts";
import { createAsk } from "./ask.ts";
import { SETTINGS } from "./fake-model.fixture.ts";
import type { ModelSettings } from "./settings.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const ANSWER = JSON.stringify({ intents: [], reason: "Nothing to do.", confidence: 1 });
const completion = (message: Record<string, unknown>, finish_reason = "stop") => ({
  id: "c1",
  object: "chat.completion",
  created: 1,
  model: "test-model",
  choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason }],
  usage: { prompt_tokens: 120, completion_tokens: 30, total_tokens: 150 },
});

async function ask(
  respond: (init: RequestInit) => Promise<Response>,
  given: Partial<ModelSettings> = {},
  signal?: AbortSignal,
) {
  const calls: { url: string; headers: Headers; body: Record<string, unknown> }[] = [];
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    calls.push({ url: String(input), headers: new Headers(init.headers), body: JSON.parse(String(init.body)) });
    return respond(init);
  };
  const answer = await createAsk(
    { ...SETTINGS, ...given },
    { fetch, ai: null },
  )({
    system: "rules",
    messages: [{ role: "user", content: "facts" }],
    schema: DecisionAnswer,
    name: "decide",
    maxOutputTokens: 500,
    correlationId: TRACE,
    signal: signal ?? AbortSignal.timeout(5_000),
  });
  return { answer, calls };
}

test("asks an OpenAI-compatible endpoint for a strict JSON schema, with the key in the header alone", async () => {
  const { answer, calls } = await ask(async () => Response.json(completion({ content: ANSWER })));
  expect(answer).toEqual({ kind: "text", text: ANSWER, usage: { input: 120, output: 30 } });
  expect(calls[0]?.url).toBe("https://model.test/v1/chat/completions");
  expect(calls[0]?.headers.get("traceparent")).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
  expect(calls[0]?.headers.get("authorization")).toBe(`Bearer ${SETTINGS.apiKey}`);
  expect(JSON.stringify(calls[0]?.body)).not.toContain(SETTINGS.apiKey);
  expect(calls[0]?.body).toMatchObject({
    model: "test-model",
    max_tokens: 500,
    response_format: { type: "json_schema", json_schema: { name: "decide", strict: true } },
  });
  // What strict mode does not know stays out of the schema.
  expect(JSON.stringify(calls[0]?.body.response_format)).not.toMatch(/oneOf|maxLength|minLength|maxItems|minimum/);
});

test("asks Anthropic in its own format", async () => {
  const message = {
    id: "m1",
    type: "message",
    role: "assistant",
    model: "claude",
    content: [{ type: "text", text: ANSWER }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 90, output_tokens: 20 },
  };
  const { answer, calls } = await ask(async () => Response.json(message), {
    provider: "anthropic",
    model: "claude-sonnet-4-5",
    apiUrl: null,
  });
  expect(calls[0]?.url).toBe("https://api.anthropic.com/v1/messages");
  expect(calls[0]?.headers.get("x-api-key")).toBe(SETTINGS.apiKey);
  expect(answer).toEqual({ kind: "text", text: ANSWER, usage: { input: 90, output: 20 } });
});

test("hands on what is not JSON, for the caller to judge", async () => {
  const { answer } = await ask(async () => Response.json(completion({ content: '{"intents": [' })));
  expect(answer).toMatchObject({ kind: "text", text: '{"intents": [', usage: { input: 120, output: 30 } });
});

test.each([
  ["a refusal", completion({ refusal: "I can't help with that." })],
  ["a filter", completion({ content: "" }, "content_filter")],
  ["an empty answer", completion({ content: "" })],
])("tells %s", async (_what, body) => {
  expect((await ask(async () => Response.json(body))).answer).toMatchObject({ kind: "refused" });
});

test.each([429, 500, 401])("tells HTTP %i once, without what the body says", async (status) => {
  const { answer, calls } = await ask(async () => Response.json({ error: { message: "secret words" } }, { status }));
  expect(answer).toEqual({ kind: "failed", reason: `the model answered HTTP ${status}` });
  expect(calls).toHaveLength(1);
});

test("waits no longer than it may, even for who does not listen", async () => {
  const { answer } = await ask(() => new Promise(() => {}), {}, AbortSignal.timeout(20));
  expect(answer).toEqual({ kind: "failed", reason: "no answer in time" });
});

test("names what Workers AI needs", async () => {
  const { answer } = await ask(async () => Response.json({}), { provider: "workers-ai" });
  expect(answer).toMatchObject({ kind: "failed", reason: expect.stringContaining("binding AI") });
});
