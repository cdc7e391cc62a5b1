// What the alerts are judged by, read once a minute. Rule: plain data; what could not be read is null, and never zero.
import type { BudgetStatus } from "#contract/budget.ts";
import type { UpstreamStatus } from "#contract/upstream.ts";

export type QueueReading = { queue: string; messages: number; oldest_at: string | null };
type IssueReading = { fingerprint: string; stage: string; reason: string; letters: number };
export type JobReading = { job: string; ran_at: string; outcome: string };
/** Counters of one minute or hour; `at` as its row is named. */
export type RollupReading = { at: string; counters: Readonly<Record<string, number>> };

export type Readings = {
  queues: readonly QueueReading[] | null;
  /** Open and not acknowledged. */
  issues: readonly IssueReading[];
  letters_open: number;
  /** Approvals: all that wait, and those past their deadline. */
  waiting: number;
  overdue: number;
  upstreams: readonly UpstreamStatus[];
  budget: BudgetStatus | null;
  /** Of the last hour, and of the last 26 hours. */
  minutes: readonly RollupReading[];
  hours: readonly RollupReading[];
  /** Signals received less the sum of the fates, and since when it is not zero. */
  conservation: { difference: number; off_since: string | null };
  /** Signals without a fate for over an hour, as the hourly job found them; a hundred at most. */
  stuck: readonly string[];
  jobs: readonly JobReading[];
};
