// What a backtest tells, one event a line (NDJSON): how far it is, and at the end what would have been different. Rule:
// of a bounded size, however many signals there were.
import * as z from "zod";
import { ACTION_TYPES } from "#contract/action.ts";

const Count = z.int().min(0);

/** Actions of the candidate against those of the version in force, after cool-downs. */
export const Difference = z.object({
  added: Count,
  removed: Count,
  changed: Count,
  same: Count,
  /** Of the candidate's actions those that would wait for a person. */
  approvals: Count,
});
export type Difference = z.infer<typeof Difference>;

export const BacktestExample = z.object({
  signal_id: z.string(),
  subject: z.string(),
  subject_name: z.string().nullable(),
  fired_at: z.string(),
  rule_id: z.string(),
  type: z.enum(ACTION_TYPES),
  target: z.string(),
  owner: z.string().nullable(),
  /** What the action says, in short; for a change what it said before, too. */
  now: z.string().nullable(),
  before: z.string().nullable(),
});
export type BacktestExample = z.infer<typeof BacktestExample>;

export const BacktestSummary = z.object({
  /** Null: nothing was compared with, every action counts as added. */
  active: z.string().nullable(),
  candidate: z.string(),
  signals: Count,
  /** Signals whose record could not be read any more. */
  unreadable: Count,
  totals: Difference,
  approvals_before: Count,
  /** Actions of the candidate that a cool-down would have folded into an earlier one; in no other count. */
  folded: Count,
  rules: z.record(z.string(), Difference),
  /** By the owner's address or name; beyond two hundred they are counted as `others`. */
  reps: z.record(z.string(), Difference),
  /** Rules of the candidate that failed, with the first reason of each. */
  failures: z.array(z.object({ rule_id: z.string(), count: Count, reason: z.string() })),
  examples: z.record(z.enum(["added", "removed", "changed"]), z.array(BacktestExample)),
});
export type BacktestSummary = z.infer<typeof BacktestSummary>;

export const BacktestEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("progress"), evaluated: Count, total: Count.nullable() }),
  z.object({ kind: z.literal("summary"), summary: BacktestSummary }),
  /** The signals could not be read to the end. */
  z.object({ kind: z.literal("failed"), reason: z.string() }),
]);
export type BacktestEvent = z.infer<typeof BacktestEvent>;
