// plan.decided: the actions decided for one signal, with the reasons. An empty plan is a decision too and is audited
// by `decide` itself; only plans that ask for something travel on `plans`.
import * as z from "zod";
import { Action } from "./action.ts";
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
  actions: z.array(Action).max(20),
  decided_at: Instant,
});
export type PlanDecided = z.infer<typeof PlanDecided>;
