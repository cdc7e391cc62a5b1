// Urgency is raised by what is known about the deal, and never lowered.
import fc from "fast-check";
import { expect, test } from "vitest";
import { PRIORITIES } from "#contract/envelope.ts";
import type { DealContext } from "#contract/signal-enriched.ts";
import { signalOf } from "./enrich.fixture.ts";
import { accountOf } from "./identity/memory.fixture.ts";
import { moreUrgent, rescore } from "./urgency.ts";

function deal(daysToClose: number | null, idleDays: number | null, isOpen = true): DealContext {
  return {
    id: "hubspot:100",
    name: "Acme",
    url: null,
    stage: "qualifiedtobuy",
    pipeline: "default",
    amount: null,
    owner: null,
    is_open: isOpen,
    is_won: false,
    days_in_stage: null,
    last_activity_days_ago: idleDays,
    close_date: null,
    days_to_close: daysToClose,
    open_tasks: [],
    competitors_mentioned: [],
    contacts: [],
    stage_history: [],
    close_date_pushes: null,
    next_step: null,
    next_activity_at: null,
    last_meeting_at: null,
    mentions: [],
  };
}

test.each([
  [21, 11, "immediate"],
  [0, 11, "immediate"],
  [-21, 11, "immediate"],
  [22, 11, "standard"],
  [-22, 400, "standard"],
  [21, 10, "standard"],
  [null, 11, "standard"],
  [5, null, "standard"],
] as const)("closing in %s days and idle for %s is %s", (daysToClose, idleDays, expected) => {
  expect(rescore(signalOf(), deal(daysToClose, idleDays), null).urgency).toBe(expected);
});

test("a closed deal and no deal raise nothing", () => {
  expect(rescore(signalOf({ urgency: "low" }), deal(5, 30, false), null)).toEqual({ urgency: "low", reason: null });
  expect(rescore(signalOf({ urgency: "low" }), null, null)).toEqual({ urgency: "low", reason: null });
});

test("the reason is given only when the urgency was raised", () => {
  expect(rescore(signalOf({ urgency: "high" }), deal(5, 30), null).reason).toMatch(/closes within 21 days/);
  expect(rescore(signalOf({ urgency: "immediate" }), deal(5, 30), null)).toEqual({
    urgency: "immediate",
    reason: null,
  });
});

test("urgency is never lowered", () => {
  const days = fc.option(fc.integer({ min: -500, max: 500 }), { nil: null });
  fc.assert(
    fc.property(fc.constantFrom(...PRIORITIES), days, days, fc.boolean(), (urgency, close, idle, isOpen) => {
      const rescored = rescore(signalOf({ urgency }), deal(close, idle, isOpen), null).urgency;
      expect(moreUrgent(rescored, urgency)).toBe(rescored);
    }),
  );
});

const visit = signalOf({ signal_type: "behavioral", urgency: "low", payload: { event: "page.viewed" } });

test("a visit of an account whose deal closes soon is no longer low, and of one with high intent is high", () => {
  expect(rescore(visit, deal(25, 0), null).urgency).toBe("standard");
  expect(rescore(visit, deal(90, 0), accountOf({ intent_score: 79.9 })).urgency).toBe("low");
  expect(rescore(visit, deal(90, 0), accountOf({ intent_score: 80 })).urgency).toBe("high");
});

test("a competitor and a change of people on a deal that closes soon are high", () => {
  const call = signalOf({
    signal_type: "call_complete",
    payload: { event: "call.completed", competitors: ["Globex"] },
  });
  expect(rescore(call, deal(30, 0), null)).toEqual({
    urgency: "high",
    reason: "a competitor came up and the deal closes within 30 days",
  });
  const left = signalOf({ signal_type: "stakeholder_change", payload: { event: "contact.left_company" } });
  expect(rescore(left, deal(45, 0), null).urgency).toBe("high");
  expect(rescore(left, deal(46, 0), null).urgency).toBe("standard");
});
