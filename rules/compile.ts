// Compiles a ruleset document into something that can be evaluated. Rules: never throws; reports every mistake of the
// document at once, each with its rule, its path and its position; no I/O, so the same document gives the same result.
import type { Environment } from "@marcbachmann/cel-js";
import type * as z from "zod";
import type { ActionType } from "#contract/action.ts";
import { valuesOf } from "./context.ts";
import { durationSeconds } from "./duration.ts";
import { compileExpression, type Evaluated, type Expression, type Mistake } from "./expression.ts";
import { paramsOf } from "./rule-action.ts";
import { type RuleBody, Ruleset } from "./ruleset.ts";
import { compileTemplate, type Template } from "./template.ts";
import { type CelRecord, decisionEnvironment, validityEnvironment } from "./vocabulary.ts";

const FALLBACK = { id: "fallback", stop: false, atomic: false };

export type CompiledAction = {
  type: ActionType;
  /** Answers a system's name or `auto`. */
  target: Template;
  /** Tells apart actions of one type within the rule, from 0; part of the action's identity. */
  ordinal: number;
  params: Template;
  compose: "template" | "model";
};
export type CompiledRule = {
  id: string;
  stop: boolean;
  atomic: boolean;
  purpose: string;
  when: Expression;
  actions: readonly CompiledAction[];
  reason: Template | null;
  supersedes: Template | null;
  /** Undefined: of every type. */
  supersedes_only: RuleBody["supersedes_only"];
  facts: readonly { label: string; value: Expression }[];
  still_valid: string | null;
  /** Undefined: as `policies` say. */
  approval: RuleBody["approval"];
  hours: RuleBody["hours"];
  cool_down_seconds: number;
};
export type CompiledRuleset = {
  version: string;
  /** In the order in which they are tried. */
  rules: readonly CompiledRule[];
  fallback: CompiledRule | null;
  defaults: Ruleset["defaults"];
  policies: Ruleset["policies"];
  values: CelRecord;
};
/** `position` is the offset in the string at `path`, or null when the mistake is about the document's shape. */
export type Problem = { rule: string | null; path: string; message: string; position: number | null };
export type CompileResult = { ok: true; ruleset: CompiledRuleset } | { ok: false; problems: readonly Problem[] };

/** Compiles what may be a ruleset document; `version` is the name under which plans will record it. */
export function compile(document: unknown, version: string): CompileResult {
  const parsed = Ruleset.safeParse(document);
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.flatMap(shapeProblems) };
  const { rules, fallback, defaults, policies, values } = parsed.data;
  const problems: Problem[] = [];
  const environments = { decision: decisionEnvironment(values), validity: validityEnvironment() };
  const compiled = rules
    .map((rule, index) => ({ rule, index }))
    .sort((a, b) => b.rule.priority - a.rule.priority || a.index - b.index)
    .map(({ rule, index }) => compileRule(rule, rule, `/rules/${index}`, environments, problems));
  const last = fallback && compileRule(fallback, FALLBACK, "/fallback", environments, problems);
  if (problems.length > 0) return { ok: false, problems };
  const ruleset = { version, rules: compiled, fallback: last, defaults, policies, values: valuesOf(values) };
  return { ok: true, ruleset };
}

/** An unknown field is told where it stands, and not where it would have been allowed. */
function shapeProblems(issue: z.core.$ZodIssue): Problem[] {
  const at = (path: readonly PropertyKey[], message: string): Problem => {
    return { rule: null, path: `/${path.map(String).join("/")}`, message, position: null };
  };
  if (issue.code !== "unrecognized_keys") return [at(issue.path, issue.message)];
  return issue.keys.map((key) => at([...issue.path, key], "there is no such field"));
}

type Environments = Readonly<Record<"decision" | "validity", Environment>>;

const NEVER: Evaluated = { ok: false, reason: "it does not compile" };

function compileRule(
  body: RuleBody,
  { id, stop, atomic }: typeof FALLBACK,
  path: string,
  { decision, validity }: Environments,
  problems: Problem[],
): CompiledRule {
  const report = (at: string, mistakes: readonly Mistake[]) => {
    problems.push(...mistakes.map((mistake) => ({ rule: id, path: `${path}/${at}`, ...mistake })));
  };
  const expression = (at: string, environment: Environment, source: string): Expression => {
    const result = compileExpression(environment, source);
    if (result.ok) return result.expression;
    report(at, [result.mistake]);
    return { type: "bool", evaluate: () => NEVER };
  };
  const condition = (at: string, environment: Environment, source: string): Expression => {
    const compiled = expression(at, environment, source);
    if (compiled.type !== "bool") report(at, [{ message: `answers a ${compiled.type}, not a bool`, position: 0 }]);
    return compiled;
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
    atomic,
    purpose: body.for,
    when: condition("when", decision, body.when),
    actions: body.then.map((action, index) => ({
      type: action.do,
      target: template(`then/${index}/target`, action.target),
      ordinal: body.then.slice(0, index).filter((earlier) => earlier.do === action.do).length,
      params: compileTree(`then/${index}/with`, paramsOf(action), template),
      compose: action.compose ?? "template",
    })),
    reason: body.reason === undefined ? null : template("reason", body.reason),
    supersedes: body.supersedes === null ? null : template("supersedes", body.supersedes),
    supersedes_only: body.supersedes_only,
    facts: body.facts.map(({ label, value }, index) => ({
      label,
      value: expression(`facts/${index}/value`, decision, value),
    })),
    still_valid: body.still_valid,
    approval: body.approval,
    hours: body.hours,
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
