// The one convention by which a ruleset puts values into actions: `{{ CEL }}` inside a string. Inside other text the
// value is inserted as text; a string that is nothing but one `{{ … }}` becomes the value itself (a list, a number,
// null for an empty optional). Rules: what a signal says is inserted and never read as a template; a missing value is
// a failure, never the word "null" in something that goes out.
import type { Environment } from "@marcbachmann/cel-js";
import type { Context } from "./context.ts";
import { compileExpression, type Evaluated, type Expression, type Mistake } from "./expression.ts";

export type Template = (context: Context) => Evaluated;
export type CompiledTemplate = { ok: true; template: Template } | { ok: false; mistakes: readonly Mistake[] };

/** A longer value inside a text is cut: enough for any name, too little to drown the sentence around it. */
export const MAX_INSERTED_CHARACTERS = 200;

/** `{{`, an expression in which quoted strings may hold anything, `}}`. */
const SLOT = /\{\{((?:[^"'}]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\}(?!\}))*)\}\}/g;
/** Types that can stand inside a text. */
const TEXT_TYPE = /^(?:optional<)?(?:string|int|uint|double|bool|dyn)(?:<\w+>)?>?$/;

type Part = string | { source: string; position: number; expression: Expression };

/** Compiles `source`; a string without `{{` is itself. Answers all mistakes, each with its offset in `source`. */
export function compileTemplate(environment: Environment, source: string): CompiledTemplate {
  const parts: Part[] = [];
  const mistakes: Mistake[] = [];
  const literal = (start: number, end: number) => {
    const text = source.slice(start, end);
    const stray = text.search(/\{\{|\}\}/);
    if (stray !== -1) mistakes.push({ message: "{{ and }} do not match here", position: start + stray });
    if (text !== "") parts.push(text);
  };
  let end = 0;
  for (const match of source.matchAll(SLOT)) {
    literal(end, match.index);
    end = match.index + match[0].length;
    const expression = match[1] ?? "";
    const position = match.index + 2;
    const compiled = compileExpression(environment, expression);
    if (compiled.ok) parts.push({ source: expression.trim(), position, expression: compiled.expression });
    else mistakes.push({ ...compiled.mistake, position: position + compiled.mistake.position });
  }
  literal(end, source.length);

  const [only] = parts;
  if (parts.length === 1 && typeof only === "object") {
    if (mistakes.length > 0) return { ok: false, mistakes };
    return { ok: true, template: (context) => wholeValue(only.expression.evaluate(context)) };
  }
  for (const part of parts) {
    if (typeof part === "object" && !TEXT_TYPE.test(part.expression.type))
      mistakes.push({ message: `${part.expression.type} can't stand inside a text`, position: part.position });
  }
  if (mistakes.length > 0) return { ok: false, mistakes };
  return { ok: true, template: (context) => textOf(parts, context) };
}

function textOf(parts: readonly Part[], context: Context): Evaluated {
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    const result = part.expression.evaluate(context);
    if (!result.ok) return result;
    if (!["string", "number", "bigint", "boolean"].includes(typeof result.value))
      return { ok: false, reason: `nothing to insert for "${part.source}"` };
    text += cut(String(result.value));
  }
  return { ok: true, value: text };
}

function cut(text: string): string {
  const characters = Array.from(text);
  if (characters.length <= MAX_INSERTED_CHARACTERS) return text;
  return `${characters.slice(0, MAX_INSERTED_CHARACTERS - 1).join("")}…`;
}

function wholeValue(result: Evaluated): Evaluated {
  return result.ok ? { ok: true, value: toJson(result.value) } : result;
}

/** A CEL value as JSON: ints as numbers, timestamps as instants, records and maps as objects. */
function toJson(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), toJson(item)]));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  return value;
}
