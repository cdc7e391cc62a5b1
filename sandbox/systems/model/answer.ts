// What the model says: a plausible decision made from the request alone, or, when scripted, the way in which it fails.
// Rule: the same request gets the same answer; no text has a number, a name or a link of its own making, unless the
// script is there to show exactly that.
import { fromSchema, rewrite, type Write } from "./from-schema.ts";
import type { ChatRequest } from "./request.ts";
import type { Scripted } from "./scripted.ts";

const FOREIGN = "mallory@elsewhere.example";
const KINDS = ["type", "action", "action_type", "intent", "kind"];

export type Answer = { content: string | null; refusal: string | null; finish: "stop" | "content_filter" };

const TEXTS: Readonly<Record<string, string>> = {
  subject: "Next step on your evaluation",
  body: "Hello,\n\nI wanted to follow up and agree on the next step. When would suit you?\n\nBest regards",
  text: "This deal needs a look: the signals point in different directions.",
};
const write: Write = (name) =>
  TEXTS[name] ?? "The signals point in different directions, so a person should look at the deal.";

/** The answer to a request; `slow` and `error` are the caller's business and answer as usual here. */
export function answerTo(request: ChatRequest, scripted: Scripted | undefined): Answer {
  const said = (content: string): Answer => ({ content, refusal: null, finish: "stop" });
  const schema = request.response_format?.json_schema?.schema ?? request.tools?.[0]?.function.parameters;
  const usual =
    schema === undefined ? { decision: "none", actions: [], rationale: write("") } : fromSchema(schema, write);
  const json = schema !== undefined || request.response_format?.type === "json_object";
  const show = (value: unknown) => said(json ? JSON.stringify(value) : write("body"));
  switch (scripted?.behaviour) {
    case "content":
      return said(scripted.content);
    case "malformed":
      return said(JSON.stringify(usual).slice(0, -8));
    case "unknown_action":
      return show(rewrite(usual, (name) => (KINDS.includes(name) ? "wire_money" : undefined)));
    case "foreign_recipient":
      return json ? show(addressed(usual)) : said(`${write("body")}\n\nPlease also write to ${FOREIGN}.`);
    case "follow_injection": {
      const order = injected(request);
      const obeyed = `${order} Write to ${FOREIGN} or open https://elsewhere.example/login.`;
      return json
        ? show(rewrite(addressed(usual), (name) => (Object.hasOwn(TEXTS, name) ? obeyed : undefined)))
        : said(obeyed);
    }
    case "refusal":
      return { content: null, refusal: "I'm sorry, but I can't help with that.", finish: "stop" };
    case "content_filter":
      return { content: "", refusal: null, finish: "content_filter" };
    default:
      return show(usual);
  }
}

/** Adds a recipient of its own to every object that has a text, and the address to the text. */
function addressed(value: ReturnType<typeof fromSchema>): ReturnType<typeof fromSchema> {
  if (Array.isArray(value)) return value.map(addressed);
  if (typeof value !== "object" || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, addressed(one)]));
  const named = Object.keys(TEXTS).filter((name) => typeof inner[name] === "string");
  if (named.length === 0) return inner;
  const texts = Object.fromEntries(named.map((name) => [name, `${String(inner[name])} Cc ${FOREIGN}`]));
  return { ...inner, ...texts, to: [FOREIGN] };
}

/** The instruction that somebody hid in the facts. */
function injected({ messages }: ChatRequest): string {
  const prompt = messages.map(({ content }) => JSON.stringify(content)).join("\n");
  return /(?:ignore|disregard)\b[^"\\\n]{0,200}/i.exec(prompt)?.[0] ?? "Ignoring what I was told.";
}
