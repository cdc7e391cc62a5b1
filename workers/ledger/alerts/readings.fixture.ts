// Readings for tests: nothing is wrong, and what can be.
import type { Readings } from "./readings.ts";

export const QUIET: Readings = {
  queues: [],
  issues: [],
  letters_open: 0,
  waiting: 0,
  overdue: 0,
  upstreams: [],
  budget: null,
  minutes: [],
  hours: [],
  conservation: { difference: 0, off_since: null },
  stuck: [],
  jobs: [],
};

/** Slack's, as it is. */
export function upstream(
  changed: { breaker?: "closed" | "open"; credentials?: "accepted" | "refused" } = {},
): Readings["upstreams"][number] {
  return {
    system: "slack",
    breaker: { state: changed.breaker ?? "closed", since: null, failures_in_a_row: 5 },
    credentials: { state: changed.credentials ?? "accepted", since: null },
    limits: [],
    tokens: [],
    calls: { answered: 1, failed: 0, deferred: 0 },
    cache: { hits: 0, misses: 0 },
  };
}
