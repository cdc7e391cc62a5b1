// The ruleset document: what a deployment decides by, as data that people read and review. Rules: strict (an unknown
// field is refused with its path), short (what has a sensible default may be left out), and checked as far as it can
// be without a signal; the expressions in it are checked by compile.ts.
import * as z from "zod";
import { ACTION_TYPES, DraftFollowup, EnrollSequence, SendAlert, UpdateCrm } from "#contract/action.ts";
import { durationSeconds } from "./duration.ts";
import { RuleAction } from "./rule-action.ts";
import { isTimeZone } from "./time-zone.ts";

const DAY_SECONDS = 86_400;

function duration(minSeconds: number, maxDays: number) {
  return z.string().refine((text) => {
    const seconds = durationSeconds(text);
    return seconds !== null && seconds >= minSeconds && seconds <= maxDays * DAY_SECONDS;
  }, `expected a duration like 90s, 30m, 4h or 3d, of at most ${maxDays} days`);
}

const Cel = z.string().trim().min(1).max(2_000);
const Sentence = z.string().trim().min(1).max(1_000);
const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time like "09:00", in quotes');
const TimeZone = z.string().refine(isTimeZone, "expected an IANA time zone like Europe/Lisbon");

const ApprovalPolicy = z.union([
  z.literal("auto"),
  z.strictObject({
    /** How long a person has; `default` is the deployment's APPROVAL_TTL_SECONDS. */
    ttl: z.union([z.literal("default"), duration(1, 30)]).default("default"),
    /** `wait` never runs nor expires by itself. */
    on_timeout: z.enum(["execute", "expire", "wait"]),
    /** How long before the deadline the owner's manager is asked. */
    escalate_before: duration(0, 30).default("0s"),
  }),
]);
export type ApprovalPolicy = z.infer<typeof ApprovalPolicy>;

/** Local hours in which an unattended run may happen. */
const HoursPolicy = z.strictObject({
  from: ClockTime,
  to: ClockTime,
  /** 1 is Monday. */
  days: z.array(z.int().min(1).max(7)).min(1).max(7).default([1, 2, 3, 4, 5]),
  /** `owner`, `recipient` or an IANA name; where the person's is not known, `defaults.time_zone`. */
  time_zone: z.union([z.enum(["owner", "recipient"]), TimeZone]).default("owner"),
});

const Policy = z.strictObject({
  approval: ApprovalPolicy.optional(),
  /** Null: any time is right. */
  hours: HoursPolicy.nullable().optional(),
});

const RuleBody = z.strictObject({
  /** A sentence for whoever reads the ruleset: what the rule is for. */
  for: Sentence,
  /** CEL that answers a bool. */
  when: Cel,
  // biome-ignore lint/suspicious/noThenProperty: `when … then …` is how a rule reads, and it holds no function.
  then: z.array(RuleAction).max(20).default([]),
  /** For all actions of the rule; what is left out comes from `policies`. */
  approval: ApprovalPolicy.optional(),
  hours: HoursPolicy.nullable().optional(),
  cool_down: duration(0, 90).default("0s"),
  /** CEL over `deal`, `account` and `now` that must still hold before an unattended run; null when it always holds. */
  still_valid: Cel.nullable().default(null),
  /** A template: why earlier open actions on the subject are moot; null when they are not. */
  supersedes: Sentence.nullable().default(null),
  /** The types of which they are moot; all when it is left out. */
  supersedes_only: z.array(z.enum(ACTION_TYPES)).min(1).max(ACTION_TYPES.length).optional(),
  /** A template: one sentence that tells the rep why; the rule's `for` when it is left out. */
  reason: Sentence.optional(),
  /** What the reason rests on, each a label and CEL; one that is null is not shown. */
  facts: z
    .array(z.strictObject({ label: z.string().trim().min(1).max(100), value: Cel }))
    .max(20)
    .default([]),
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
  priority: z.int().min(-1_000).max(1_000).default(0),
  /** When the rule fires, those of lower priority are not tried. */
  stop: z.boolean().default(false),
  /** The plan's actions run in order, and when one fails for good the earlier ones are taken back. */
  atomic: z.boolean().default(false),
}).refine(({ atomic, stop }) => !atomic || stop, {
  path: ["atomic"],
  message: "an atomic rule needs stop: true, because the order holds for the whole plan",
});

const Defaults = z.strictObject({
  mail: DraftFollowup.shape.target.default("gmail"),
  /** `draft` leaves follow-ups in the rep's drafts on release. */
  deliver: z.enum(["send", "draft"]).default("send"),
  alerts: SendAlert.shape.target.default("slack"),
  sequences: EnrollSequence.shape.target.default("hubspot"),
  /** Where the CRM of a deal is neither. */
  crm: UpdateCrm.shape.target.default("hubspot"),
  time_zone: TimeZone.default("UTC"),
});
export type Defaults = z.infer<typeof Defaults>;

/** A named value that expressions see as `values.name`; blank and null are absent. */
const Value = z.union([
  z.string().max(2_000),
  z.number(),
  z.boolean(),
  z.array(z.string().max(500)).max(200),
  z.null(),
]);

export const Ruleset = z.strictObject({
  /** For editors; see docs/rules.md. */
  $schema: z.string().optional(),
  defaults: Defaults.prefault({}),
  values: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, "expected snake_case"), Value).default({}),
  policies: z.partialRecord(z.enum(ACTION_TYPES), Policy).default({}),
  rules: z
    .array(Rule)
    .max(50)
    .superRefine((rules, check) => {
      for (const [index, { id }] of rules.entries())
        if (rules.findIndex((rule) => rule.id === id) < index)
          check.addIssue({ code: "custom", path: [index, "id"], message: `another rule is called ${id}` });
    }),
  /** Tried when the rules are inconclusive: none fired, or all that was asked for failed. */
  fallback: RuleBody.nullable().default(null),
});
export type Ruleset = z.infer<typeof Ruleset>;
