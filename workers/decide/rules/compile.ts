// Compiles a ruleset document into something that can be evaluated. Rules: never throws; reports every mistake of the
// document at once, each with its rule, its path and its position; no I/O, so the same document gives the same result.
import type { Environment } from "@marcbachmann/cel-js";
import type { ActionType } from "#contract/action.ts";
import { durationSeconds } from "./duration.ts";
import { compileExpression, type Evaluated, type Expression, type Mistake } from "./expression.ts";
import { type RuleBody, Ruleset } from "./ruleset.ts";
import { compileTemplate, type Template } from "./template.ts";
import { decisionEnvironment, validityEnvironment } from "./vocabulary.ts";

const FALLBACK_ID = "fallback";

export type CompiledAction = {
  type: ActionType;
  target: string;
  /** Tells apart actions of one type within the rule, from 0; part of the action's identity. */
  ordinal: number;
  params: Template;
};
export type CompiledRule = {
  id: string;
  stop: boolean;
  purpose: string;
  when: Expression;
  actions: readonly CompiledAction[];
  reason: Template;
  supersedes: Template | null;
  still_valid: string | null;
  approval: RuleBody["approval"];
  cool_down_seconds: number;
};
export type CompiledRuleset = {
  version: string;
  /** In the order in which they are tried. */
  rules: readonly CompiledRule[];
  fallback: CompiledRule | null;
};
/** `position` is the offset in the string at `path`, or null when the mistake is about the document's shape. */
type Problem = { rule: string | null; path: string; message: string; position: number | null };
export type CompileResult = { ok: true; ruleset: CompiledRuleset } | { ok: false; problems: readonly Problem[] };

/** Compiles what may be a ruleset document. */
export function compile(document: unknown): CompileResult {
  const parsed = Ruleset.safeParse(document);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => {
      return { rule: null, path: `/${path.map(String).join("/")}`, message, position: null };
    });
    return { ok: false, problems };
  }
  const { version, rules, fallback } = parsed.data;
  const problems: Problem[] = [];
  const environments = { decision: decisionEnvironment(), validity: validityEnvironment() };
  const compiled = rules
    .map((rule, index) => ({ rule, index }))
    .sort((a, b) => b.rule.priority - a.rule.priority || a.index - b.index)
    .map(({ rule, index }) => compileRule(rule, rule, `/rules/${index}`, environments, problems));
  const last = fallback && compileRule(fallback, { id: FALLBACK_ID, stop: false }, "/fallback", environments, problems);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, ruleset: { version, rules: compiled, fallback: last } };
}

type Environments = Readonly<Record<"decision" | "validity", Environment>>;

const NEVER: Evaluated = { ok: false, reason: "it does not compile" };

function compileRule(
  body: RuleBody,
  { id, stop }: { id: string; stop: boolean },
  path: string,
  { decision, validity }: Environments,
  problems: Problem[],
): CompiledRule {
  const report = (at: string, mistakes: readonly Mistake[]) => {
    problems.push(...mistakes.map((mistake) => ({ rule: id, path: `${path}/${at}`, ...mistake })));
  };
  const condition = (at: string, environment: Environment, source: string): Expression => {
    const result = compileExpression(environment, source);
    if (result.ok && result.expression.type === "bool") return result.expression;
    report(at, [
      result.ok ? { message: `answers a ${result.expression.type}, not a bool`, position: 0 } : result.mistake,
    ]);
    return { type: "bool", evaluate: () => NEVER };
  };
  const template = (at: string, source: string): Template => {
    const result = compileTemplate(decision, source);
    if (result.ok) return result.template;
    report(at, result.mistakes);
    return () => NEVER;
  };

  if (body.still_valid !== null) condition("still_valid", validity, body.still_valid);
  return {
    id,
    stop,
    purpose: body.for,
    when: condition("when", decision, body.when),
    actions: body.then.map(({ do: type, target, with: params }, index) => ({
      type,
      target,
      ordinal: body.then.slice(0, index).filter((earlier) => earlier.do === type).length,
      params: compileTree(`then/${index}/with`, params, template),
    })),
    reason: template("reason", body.reason),
    supersedes: body.supersedes === null ? null : template("supersedes", body.supersedes),
    still_valid: body.still_valid,
    approval: body.approval,
    cool_down_seconds: durationSeconds(body.cool_down) ?? 0,
  };
}

/** Compiles every string in a tree of JSON; evaluating it fails with the first string that fails, and its path. */
function compileTree(path: string, tree: unknown, template: (at: string, source: string) => Template): Template {
  if (typeof tree === "string") {
    const leaf = template(path, tree);
    return (context) => {
      const result = leaf(context);
      return result.ok ? result : { ok: false, reason: `${path}: ${result.reason}` };
    };
  }
  if (typeof tree !== "object" || tree === null) return () => ({ ok: true, value: tree });
  const children = Object.entries(tree).map(
    ([key, child]) => [key, compileTree(`${path}/${key}`, child, template)] as const,
  );
  return (context) => {
    const values: [string, unknown][] = [];
    for (const [key, child] of children) {
      const result = child(context);
      if (!result.ok) return result;
      values.push([key, result.value]);
    }
    return { ok: true, value: Array.isArray(tree) ? values.map(([, value]) => value) : Object.fromEntries(values) };
  };
}

/** Compiles like `compile` and remembers the last document by its version: one compilation per isolate and version. */
export function createCompiler(): (document: { version: string }) => CompileResult {
  let last: { version: string; result: CompileResult } | null = null;
  return (document) => {
    if (last?.version !== document.version) last = { version: document.version, result: compile(document) };
    return last.result;
  };
}
