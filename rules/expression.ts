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
import { eventsOf } from "./event-filter.ts";
import { whyRefused } from "./pattern.ts";

const NOT_WRITTEN = "the pattern must be written out in quotes";

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
    const events = eventsOf(parsed.ast);
    const evaluate = (context: Partial<Context>): Evaluated => {
      if (events !== null && isAboutAnother(context, events)) return { ok: true, value: false };
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

/** A signal without a readable event is left to the expression, which says so. */
function isAboutAnother({ signal }: Partial<Context>, events: ReadonlySet<string>): boolean {
  const payload = signal?.get("payload");
  const event: unknown = payload instanceof Map ? payload.get("event") : undefined;
  return typeof event === "string" && !events.has(event);
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

/** The first pattern of a `matches(…)` that is refused; the checker sees a string in it. */
function badPattern(node: unknown): Mistake | null {
  if (Array.isArray(node)) {
    return node.reduce<Mistake | null>((found, child) => found ?? badPattern(child), null);
  }
  if (!isNode(node)) return null;
  if (node.op === "rcall" && node.args[0] === "matches") {
    const [pattern] = node.args[2];
    const reason = pattern?.op === "value" && typeof pattern.args === "string" ? whyRefused(pattern.args) : NOT_WRITTEN;
    if (reason !== null) return { message: reason, position: pattern?.range.start ?? node.range.start };
  }
  return badPattern(node.args);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}
