// The trail's sentence says what was found.
import { expect, test } from "vitest";
import type { DealContext, SignalEnriched } from "#contract/signal-enriched.ts";
import { signalOf } from "./enrich.fixture.ts";
import { summaryOf } from "./summary.ts";

const deal: DealContext = {
  id: "hubspot:100",
  name: "Acme rollout",
  url: null,
  stage: "qualifiedtobuy",
  pipeline: "default",
  amount: null,
  owner: { id: "hubspot:1", name: "Ana Duarte", email: null, time_zone: null, manager: null },
  is_open: true,
  is_won: false,
  days_in_stage: 3,
  last_activity_days_ago: 14,
  close_date: "2026-12-03",
  days_to_close: 12,
  open_tasks: [{ id: "hubspot:401", subject: "Call", due_at: null }],
  competitors_mentioned: [],
  contacts: [],
  stage_history: [],
  close_date_pushes: null,
  next_step: null,
  next_activity_at: null,
  last_meeting_at: null,
  mentions: [],
};

function enriched(changes: Partial<SignalEnriched>): SignalEnriched {
  const enriched_at = "2026-11-21T15:30:02.000Z";
  const context = { deal_context: deal, account_context: null, degraded: [], resolution: null, deal_status: null };
  return { ...signalOf(), ...context, enriched_at, ...changes };
}

test("an open deal is told with stage, idle days, close date, tasks and owner", () => {
  expect(summaryOf(enriched({}), null)).toBe(
    "stage qualifiedtobuy; idle for 14 days; closes in 12; 1 open task; owner Ana Duarte",
  );
});

test("an overdue deal, a raised urgency and what is missing are told", () => {
  const overdue = { ...deal, days_to_close: -3, last_activity_days_ago: 1, owner: null };
  const degraded = [{ missing: "deal_context.owner", reason: "x" }];
  expect(summaryOf(enriched({ deal_context: overdue, degraded, urgency: "immediate" }), "stalled")).toBe(
    "stage qualifiedtobuy; idle for 1 day; overdue by 3; 1 open task; no owner known; raised to immediate: stalled; missing deal_context.owner",
  );
});

test("a merged, a lost and an inferred deal are told as such", () => {
  expect(summaryOf(enriched({ deal_status: "merged" }), null)).toMatch(/^merged into hubspot:100; stage/);
  const resolution = { rule: "contact_of_one_open_deal", from: "hubspot:201" };
  expect(summaryOf(enriched({ resolution }), null)).toMatch(
    /^hubspot:100 by contact_of_one_open_deal from hubspot:201; stage/,
  );
  expect(summaryOf(enriched({ deal_context: { ...deal, is_open: false } }), null)).toMatch(/; lost; idle/);
});

test("no deal and a deal that is gone are said", () => {
  expect(summaryOf(enriched({ deal_context: null, deal_status: "gone" }), null)).toBe("the deal is gone");
  expect(summaryOf(enriched({ deal_context: null, deal_id: null }), null)).toBe("no deal");
});

test("a competitor, intent and the owner's clock are told as of the signal's moment", () => {
  const owner = { id: "hubspot:1", name: "Ana Duarte", email: null, time_zone: "Europe/Berlin", manager: null };
  const named = { kind: "competitor", name: "Globex", mentioned_at: "2026-11-19T15:00:00.000Z" } as const;
  const account = {
    id: "hubspot:300",
    name: "Acme",
    domain: "acme.com",
    employee_count: null,
    industry: null,
    recent_signals: [],
    intent_score: 72,
    intent_change_percent: 30.4,
    topics: [],
    other_open_deals: [],
  };
  expect(
    summaryOf(enriched({ deal_context: { ...deal, owner, mentions: [named] }, account_context: account }), null),
  ).toBe(
    "stage qualifiedtobuy; idle for 14 days; closes in 12; competitor Globex named 2 days before; 1 open task; " +
      "owner Ana Duarte (16:30 in Europe/Berlin); account Acme, intent 72, up 30 % in 30 days",
  );
});

test("a time zone that nobody knows is left out", () => {
  const owner = { id: "hubspot:1", name: "Ana Duarte", email: null, time_zone: "Mars/Olympus", manager: null };
  expect(summaryOf(enriched({ deal_context: { ...deal, owner } }), null)).toContain("owner Ana Duarte");
});
