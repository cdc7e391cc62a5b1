// The language model stand-in: OpenAI-compatible chat completions that answer the same every time, and fail in the ways
// that were queued for them. What it was asked stays in its state, so a test can see that no secret was in a prompt.
// Source: https://platform.openai.com/docs/api-reference/chat/create
import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { collection } from "../store.ts";
import { answerTo } from "./model/answer.ts";
import { ChatRequest, strictProblem } from "./model/request.ts";
import { nextScripted, Scripted } from "./model/scripted.ts";
import type { System } from "./registry.ts";

export const SANDBOX_MODEL = "sandbox-model";
const LIMIT = { max: 500, windowMs: 60_000 };
const MAX_CALLS = 500;
const CHARACTERS_PER_TOKEN = 4;

const Call = z.object({
  id: z.string(),
  at: z.string(),
  messages: z.array(z.unknown()),
  /** The name of the schema that was asked for, or null. */
  schema: z.string().nullable(),
  behaviour: z.string().nullable(),
  answer: z.string().nullable(),
});

const callsIn = ({ store }: Pick<Deps, "store">) => collection(store, "model", "calls", Call);
const tokens = (text: string) => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

const refuse = (status: number, type: string, code: string | null, message: string, headers: HeadersInit = {}) =>
  Response.json({ error: { message, type, param: null, code } }, { status, headers });
const invalid = (message: string) => refuse(400, "invalid_request_error", null, message);

/** The API under its base path: `/v1/chat/completions` and `/v1/models`. */
function model(deps: Deps): Hono {
  const app = new Hono();
  app.use("/v1/*", async (c, next) => {
    if (c.req.header("authorization") !== `Bearer ${deps.secrets.llmApiKey}`)
      return refuse(401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided.");
    const { allowed, retryAfterSeconds } = deps.limiter.admit("model", LIMIT, deps.clock());
    if (allowed) return next();
    const headers = { "retry-after": String(retryAfterSeconds) };
    return refuse(429, "requests", "rate_limit_exceeded", "Rate limit reached for requests.", headers);
  });
  app.get("/v1/models", () => Response.json({ object: "list", data: [{ id: SANDBOX_MODEL, object: "model" }] }));

  app.post("/v1/chat/completions", async (c) => {
    const body = ChatRequest.safeParse(await c.req.json().catch(() => null));
    if (!body.success) return invalid(z.prettifyError(body.error).replaceAll("\n", " "));
    const request = body.data;
    if (request.model !== SANDBOX_MODEL)
      return refuse(404, "invalid_request_error", "model_not_found", `The model '${request.model}' does not exist.`);
    if (request.stream === true) return invalid("This stand-in does not stream.");
    const schema = request.response_format?.json_schema;
    const problem = schema?.strict === true ? strictProblem(schema.schema) : null;
    if (problem !== null) return invalid(`Invalid schema for response_format '${schema?.name ?? ""}': ${problem}`);
    const prompt = JSON.stringify(request.messages);
    if (request.response_format?.type === "json_object" && !/json/i.test(prompt))
      return invalid(
        "'messages' must contain the word 'json' in some form, to use 'response_format' of 'json_object'.",
      );

    const scripted = nextScripted(deps);
    const answer = answerTo(request, scripted);
    const id = deps.newId();
    remember(deps, {
      id,
      at: new Date(deps.clock()).toISOString(),
      messages: request.messages,
      schema: schema?.name ?? null,
      behaviour: scripted?.behaviour ?? null,
      answer: answer.content ?? answer.refusal,
    });
    if (scripted?.behaviour === "slow") await deps.sleep(scripted.delay_ms);
    if (scripted?.behaviour === "error")
      return refuse(scripted.status, "server_error", null, "The server had an error while processing your request.");
    const tool = request.response_format === undefined ? request.tools?.[0]?.function.name : undefined;
    const usesTool = tool !== undefined && answer.finish === "stop" && answer.refusal === null;
    const toolCalls = [
      { id: `call_${id}`, type: "function", function: { name: tool, arguments: answer.content ?? "{}" } },
    ];
    const [input, output] = [tokens(prompt), tokens(answer.content ?? answer.refusal ?? "")];
    return Response.json({
      id: `chatcmpl-${id}`,
      object: "chat.completion",
      created: Math.floor(deps.clock() / 1_000),
      model: SANDBOX_MODEL,
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: usesTool ? null : answer.content,
            refusal: answer.refusal,
            ...(usesTool ? { tool_calls: toolCalls } : {}),
          },
          finish_reason: usesTool ? "tool_calls" : answer.finish,
        },
      ],
      usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
    });
  });
  app.notFound((c) => refuse(404, "invalid_request_error", "unknown_url", `Unknown request URL: ${c.req.path}.`));
  return app;
}

/** Keeps the newest calls. */
function remember(deps: Deps, call: z.infer<typeof Call>): void {
  const calls = callsIn(deps);
  calls.put(call.id, call);
  for (const { id } of calls.list().slice(0, -MAX_CALLS)) calls.remove(id);
}

export const modelSystem: System = {
  mounts: [{ path: "/sandbox/model", app: model }],
  collections: { answers: Scripted, calls: Call },
  failure: (status) => ({
    error: {
      message: status === 429 ? "Rate limit reached for requests." : "The server had an error.",
      type: status === 429 ? "requests" : "server_error",
      param: null,
      code: status === 429 ? "rate_limit_exceeded" : null,
    },
  }),
  section: {
    title: "Language model",
    empty: "Not asked yet.",
    items: (deps) =>
      callsIn(deps)
        .list()
        .map(({ at, schema, behaviour, messages, answer }) => ({
          at,
          title: [schema ?? "text", behaviour ?? "as usual"].join(" · "),
          text: `${JSON.stringify(messages)}\n→ ${answer ?? ""}`,
        })),
  },
};
