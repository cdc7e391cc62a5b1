// How fast each outside system may be called and when its breaker opens: a table, each number with its source. Rule:
// what a system says of its own limit in its headers comes before the table; UPSTREAM_LIMITS (docs/upstreams.md)
// comes before both where it names a limit.
import * as z from "zod";
import type { BreakerPolicy } from "./upstream-breaker.ts";
import type { Limit } from "./upstream-permits.ts";

export type UpstreamPolicy = {
  breaker: BreakerPolicy;
  /** By the part of a key before its colon. */
  limits: Readonly<Record<string, Limit>>;
  /** The kinds that were set by hand, which headers do not change. */
  fixed: readonly string[];
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/**
 * Ten, because one record that fails for good takes five attempts with it, and thirty failures in a hundred are no
 * outage either: neither may close a system to everybody.
 */
const BREAKER: BreakerPolicy = { failuresInARow: 10, openMs: 5 * MINUTE };

/** Mails a day in one rep's name: our own choice, far below what providers allow (Gmail 2,000, Exchange 10,000). */
const MAILS: Limit = { max: 500, windowMs: DAY };

const LIMITS: Readonly<Record<string, Readonly<Record<string, Limit>>>> = {
  hubspot: {
    // A private app of a Professional account; corrected by X-HubSpot-RateLimit-Max (developers.hubspot.com, usage-details).
    all: { max: 190, windowMs: 10 * SECOND },
    // Search has a limit of its own and sends no rate headers (developers.hubspot.com, CRM search).
    search: { max: 5, windowMs: SECOND },
  },
  salesforce: {
    // Enterprise Edition's base a day; corrected by Sforce-Limit-Info (API Request Limits and Allocations).
    all: { max: 100_000, windowMs: DAY },
  },
  slack: {
    // chat.postMessage: one a second in a channel, "several hundred a minute" in a workspace (docs.slack.dev, rate-limits).
    post: { max: 200, windowMs: MINUTE },
    channel: { max: 1, windowMs: SECOND },
  },
  gmail: {
    // 15,000 quota units a user and minute; the dearest call, drafts.send, takes 100 (developers.google.com/gmail, quota).
    mailbox: { max: 150, windowMs: MINUTE },
    mails: MAILS,
  },
  msgraph: {
    // 10,000 requests in ten minutes a mailbox (learn.microsoft.com/graph/throttling-limits, Outlook).
    mailbox: { max: 10_000, windowMs: 10 * MINUTE },
    mails: MAILS,
  },
  resend: {
    // Two requests a second and team (resend.com/docs, rate-limit).
    all: { max: 2, windowMs: SECOND },
    mails: MAILS,
  },
  teams: {
    // Four requests a second to one webhook (learn.microsoft.com, Teams: rate limiting for incoming webhooks).
    channel: { max: 4, windowMs: SECOND },
  },
  outreach: {
    // 10,000 requests an hour and user (developers.outreach.io, rate limiting).
    all: { max: 10_000, windowMs: 60 * MINUTE },
  },
};

/** Systems that have no row are called without a limit of ours; their breaker is the same, and 429 is obeyed. */
export function defaultPolicy(system: string): UpstreamPolicy {
  return { breaker: BREAKER, limits: LIMITS[system] ?? {}, fixed: [] };
}

const Override = z.strictObject({
  breaker: z
    .strictObject({ failures: z.int().min(1).optional(), open_seconds: z.number().min(0.1).max(86_400).optional() })
    .default({}),
  limits: z
    .record(z.string().regex(/^[a-z_]+$/), z.strictObject({ max: z.int().min(1), seconds: z.number().min(0.1) }))
    .default({}),
});
const Overrides = z.record(z.string(), Override);

/**
 * The policy of `system` with the variable UPSTREAM_LIMITS over it, `""` for none:
 * `{"hubspot":{"limits":{"all":{"max":100,"seconds":10}},"breaker":{"failures":10,"open_seconds":300}}}`.
 */
export function readPolicy(system: string, text: string): { policy: UpstreamPolicy; problem: string | null } {
  const policy = defaultPolicy(system);
  if (text.trim() === "") return { policy, problem: null };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { policy, problem: "UPSTREAM_LIMITS is not JSON; the built-in limits apply (docs/upstreams.md)" };
  }
  const parsed = Overrides.safeParse(json);
  if (!parsed.success) {
    const problem = `UPSTREAM_LIMITS: ${z.prettifyError(parsed.error)}; the built-in limits apply (docs/upstreams.md)`;
    return { policy, problem };
  }
  const own = parsed.data[system];
  if (own === undefined) return { policy, problem: null };
  const { failures = BREAKER.failuresInARow, open_seconds: openSeconds } = own.breaker;
  const openMs = openSeconds === undefined ? BREAKER.openMs : openSeconds * SECOND;
  const limits = Object.entries(own.limits).map(([kind, { max, seconds }]) => [
    kind,
    { max, windowMs: seconds * SECOND },
  ]);
  return {
    policy: {
      breaker: { failuresInARow: failures, openMs },
      limits: { ...policy.limits, ...Object.fromEntries(limits) },
      fixed: Object.keys(own.limits),
    },
    problem: null,
  };
}
