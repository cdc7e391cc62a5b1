// How urgent context makes a signal, as data: a table that ships, and URGENCY_RULES, which replaces it. Rule: what is not
// understood changes nothing and is said once a batch.
import * as z from "zod";
import { Priority } from "#contract/envelope.ts";
import { SignalType } from "#contract/signal-received.ts";

/** Every condition that a rule names must hold, and the deal must be open. */
const UrgencyRule = z.strictObject({
  /** For the trail: why the signal is urgent. */
  reason: z.string().trim().min(1).max(200),
  urgency: Priority,
  /** Of the signal; any when absent. */
  signal_types: z.array(SignalType).min(1).optional(),
  /** The signal itself names a competitor. */
  names_competitor: z.literal(true).optional(),
  /** Days from the signal to the close date, both ends included; negative is overdue. */
  days_to_close: z.strictObject({ from: z.int(), to: z.int() }).optional(),
  idle_more_than_days: z.int().optional(),
  intent_score_from: z.number().optional(),
});
export type UrgencyRule = z.infer<typeof UrgencyRule>;

/**
 * Explained in docs/enrichment.md. An overdue deal counts for some days and no longer: one with a close date of last year
 * is forgotten, not urgent, and must not fill the lane that is never shed.
 */
export const URGENCY_RULES: readonly UrgencyRule[] = [
  {
    reason: "open, closes within 21 days and idle for more than 10",
    urgency: "immediate",
    days_to_close: { from: -21, to: 21 },
    idle_more_than_days: 10,
  },
  {
    reason: "a competitor came up and the deal closes within 30 days",
    urgency: "high",
    names_competitor: true,
    days_to_close: { from: -21, to: 30 },
  },
  {
    reason: "people changed and the deal closes within 45 days",
    urgency: "high",
    signal_types: ["stakeholder_change"],
    days_to_close: { from: -21, to: 45 },
  },
  {
    reason: "the account's intent is 80 or more and a deal is open",
    urgency: "high",
    signal_types: ["intent", "behavioral"],
    intent_score_from: 80,
  },
  {
    reason: "the account is active and its deal closes within 30 days",
    urgency: "standard",
    signal_types: ["intent", "behavioral"],
    days_to_close: { from: -21, to: 30 },
  },
];

/** The rules of a deployment: those that ship where `text` is empty or, as `problem` says, not understood. */
export function readUrgencyRules(text: string): { rules: readonly UrgencyRule[]; problem: string | null } {
  if (text.trim() === "") return { rules: URGENCY_RULES, problem: null };
  const kept = (why: string) => ({
    rules: URGENCY_RULES,
    problem: `URGENCY_RULES: ${why}; the rules that ship apply (docs/enrichment.md)`,
  });
  try {
    const parsed = z.array(UrgencyRule).safeParse(JSON.parse(text));
    return parsed.success ? { rules: parsed.data, problem: null } : kept(z.prettifyError(parsed.error));
  } catch {
    return kept("not JSON");
  }
}
