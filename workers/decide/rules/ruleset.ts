// The ruleset document: what a deployment decides by, as data that people read and review. Rules: strict (an unknown
// field is refused with its path), complete (an action names every param, and null is written), and checked as far as
// it can be without a signal; the expressions in it are checked by compile.ts.
import * as z from "zod";
import { ACTION_TYPES, ActionContent } from "#contract/action.ts";
import { durationSeconds } from "./duration.ts";

const DAY_SECONDS = 86_400;

function duration(minSeconds: number, maxDays: number) {
  return z.string().refine((text) => {
    const seconds = durationSeconds(text);
    return seconds !== null && seconds >= minSeconds && seconds <= maxDays * DAY_SECONDS;
  }, `expected a duration like 90s, 30m, 4h or 3d, of at most ${maxDays} days`);
}

const Cel = z.string().trim().min(1).max(2_000);
const Sentence = z.string().trim().min(1).max(1_000);

/** What one rule asks for. Strings in `with` are templates (see template.ts). */
const RuleAction = z
  .strictObject({ do: z.enum(ACTION_TYPES), target: z.string(), with: z.record(z.string(), z.json()) })
  .superRefine((action, check) => {
    const content = ActionContent.options.find((option) => option.shape.type.value === action.do);
    if (content === undefined) return;
    const params = new Map<string, z.ZodType>(Object.entries(content.shape.params.shape));
    const refuse = (path: string[], message: string) => check.addIssue({ code: "custom", path, message });
    const target = content.shape.target.safeParse(action.target);
    if (!target.success) refuse(["target"], `${action.do} can't go to ${action.target}`);
    for (const name of Object.keys(action.with))
      if (!params.has(name)) refuse(["with", name], `${action.do} has no such param`);
    for (const [name, schema] of params) {
      const value = action.with[name];
      if (value === undefined) refuse(["with", name], `${action.do} needs this param; write null when there is none`);
      else if (!JSON.stringify(value).includes("{{")) {
        const literal = schema.safeParse(value);
        if (!literal.success) refuse(["with", name], literal.error.issues[0]?.message ?? "not allowed here");
      }
    }
  });

const RuleBody = z.strictObject({
  /** A sentence for whoever reads the ruleset: what the rule is for. */
  for: Sentence,
  /** CEL that answers a bool. */
  when: Cel,
  // biome-ignore lint/suspicious/noThenProperty: `when … then …` is how a rule reads, and it holds no function.
  then: z.array(RuleAction).max(20),
  approval: z.union([
    z.literal("auto"),
    z.strictObject({
      /** How long a person has; `default` is the deployment's APPROVAL_TTL_SECONDS. */
      ttl: z.union([z.literal("default"), duration(1, 30)]),
      on_timeout: z.enum(["execute", "expire"]),
    }),
  ]),
  cool_down: duration(0, 90),
  /** CEL over `deal` and `now` that must still hold before an unattended run; null when it always holds. */
  still_valid: Cel.nullable(),
  /** A template: why earlier open actions on the subject are moot; null when they are not. */
  supersedes: Sentence.nullable(),
  /** A template: one sentence that tells the rep why. */
  reason: Sentence,
});
export type RuleBody = z.infer<typeof RuleBody>;

/** Ids that the contract gives a meaning of their own. */
const RESERVED_IDS = ["model", "fallback"];

const Rule = RuleBody.extend({
  id: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "expected kebab-case")
    .max(60)
    .refine((id) => !RESERVED_IDS.includes(id), "this id is reserved"),
  /** Higher is tried first; equal ones in the order of the document. */
  priority: z.int().min(-1_000).max(1_000),
  /** When the rule fires, those of lower priority are not tried. */
  stop: z.boolean(),
});

export const Ruleset = z.strictObject({
  version: z.string().min(1).max(100),
  rules: z
    .array(Rule)
    .max(50)
    .superRefine((rules, check) => {
      for (const [index, { id }] of rules.entries())
        if (rules.findIndex((rule) => rule.id === id) < index)
          check.addIssue({ code: "custom", path: [index, "id"], message: `another rule is called ${id}` });
    }),
  /** Tried when the rules are inconclusive, that is, none of them fired without a failure. */
  fallback: RuleBody.nullable(),
});
export type Ruleset = z.infer<typeof Ruleset>;
