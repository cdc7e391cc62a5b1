// plan.decided: the actions decided for one signal, with the reasons. An empty plan is a decision too and is audited
// by `decide` itself; only plans that ask for something travel on `plans`.
import * as z from "zod";
import { ACTION_TYPES, Action } from "./action.ts";
import { Instant, Reference } from "./envelope.ts";
import { SignalId } from "./signal-received.ts";

export const PlanDecided = z.object({
  signal_id: SignalId,
  subject: Reference,
  /** The subject's name for people, for example the deal's name. */
  subject_name: z.string().max(500).nullable(),
  deal_id: Reference.nullable(),
  /** When the signal happened at its source; the Deal object orders signals by it. */
  fired_at: Instant,
  decided_by: z.enum(["rules", "llm", "fallback"]),
  ruleset_version: z.string().max(100),
  rules_fired: z.array(z.string().max(100)).max(100),
  rationale: z.string().max(5_000),
  /** Set when this signal makes earlier open actions on the subject moot (the deal closed); the reason for people. */
  supersedes: z.string().max(500).nullable(),
  /** The types that it makes moot, when not all: somebody wrote to the customer, and only what would write is. */
  supersedes_only: z.array(z.enum(ACTION_TYPES)).max(ACTION_TYPES.length).optional(),
  /** In order. When `atomic`, each waits for the one before, and a permanent failure takes the earlier ones back. */
  actions: z.array(Action).max(20),
  atomic: z.boolean().default(false),
  /** Actions that another rule's action on the same thing displaced. */
  conflicts: z
    .array(
      z.object({
        rule_id: z.string().max(100),
        type: z.string().max(40),
        about: z.string().max(500),
        lost_to: z.string().max(100),
      }),
    )
    .max(50)
    .default([]),
  /** The field change behind the signal, so that the Deal object knows the echo of our own write; null for any other. */
  change: z
    .object({
      record: Reference,
      property: z.string().max(200),
      value: z.string().max(10_000).nullable(),
      changed_by: z.string().max(200).nullable(),
    })
    .nullable()
    .default(null),
  /** How sure the model was, 0 to 1; null for rules. */
  confidence: z.number().min(0).max(1).nullable().default(null),
  decided_at: Instant,
});
export type PlanDecided = z.infer<typeof PlanDecided>;
