// One CEL expression, checked as a whole before it ever runs. Rule: neither compiling nor evaluating throws; both say
// what is wrong and where, in words for the author of the rule.
import {
  type ASTNode,
  TypeError as CelTypeError,
  type Environment,
  EvaluationError,
  Optional,
  ParseError,
} from "@marcbachmann/cel-js";
import type { Context } from "./context.ts";

export type Evaluated = { ok: true; value: unknown } | { ok: false; reason: string };
export type Expression = {
  /** The CEL type that the checker inferred, for example `bool` or `optional<string>`. */
  type: string;
  evaluate(context: Partial<Context>): Evaluated;
};
/** `position` is the offset of the mistake in the source, from 0. */
export type Mistake = { message: string; position: number };
export type CompiledExpression = { ok: true; expression: Expression } | { ok: false; mistake: Mistake };

/** Parses and type-checks `source` over the whole of its branches. */
export function compileExpression(environment: Environment, source: string): CompiledExpression {
  try {
    const parsed = environment.parse(source);
    const checked = parsed.check();
    if (!checked.valid) return { ok: false, mistake: mistakeOf(checked.error) };
    const pattern = badPattern(parsed.ast);
    if (pattern !== null) return { ok: false, mistake: pattern };
    const evaluate = (context: Partial<Context>): Evaluated => {
      try {
        return { ok: true, value: presentValue(parsed(context)) };
      } catch (error) {
        return { ok: false, reason: `${mistakeOf(error).message} in "${source.trim()}"` };
      }
    };
    return { ok: true, expression: { type: checked.type ?? "dyn", evaluate } };
  } catch (error) {
    return { ok: false, mistake: mistakeOf(error) };
  }
}

/** An empty optional is null. */
function presentValue(value: unknown): unknown {
  if (!(value instanceof Optional)) return value;
  return value.hasValue() ? value.value() : null;
}

function mistakeOf(error: unknown): Mistake {
  if (error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError)
    return { message: error.summary, position: error.range?.start ?? 0 };
  return { message: error instanceof Error ? error.message : String(error), position: 0 };
}

/** The first regular expression, written out in `matches("…")`, that is none; the checker sees a string in it. */
function badPattern(node: unknown): Mistake | null {
  if (Array.isArray(node)) {
    return node.reduce<Mistake | null>((found, child) => found ?? badPattern(child), null);
  }
  if (!isNode(node)) return null;
  if (node.op === "rcall" && node.args[0] === "matches") {
    const [pattern] = node.args[2];
    if (pattern?.op === "value" && typeof pattern.args === "string" && !isPattern(pattern.args))
      return { message: `not a regular expression: ${pattern.args}`, position: pattern.range.start };
  }
  return badPattern(node.args);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
