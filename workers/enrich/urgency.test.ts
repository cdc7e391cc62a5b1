// Urgency is raised by what is known about the deal, and never lowered.
import fc from "fast-check";
import { expect, test } from "vitest";
import { PRIORITIES } from "#contract/envelope.ts";
import type { DealContext } from "#contract/signal-enriched.ts";
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
  expect(rescore("standard", deal(daysToClose, idleDays)).urgency).toBe(expected);
});

test("a closed deal and no deal raise nothing", () => {
  expect(rescore("low", deal(5, 30, false))).toEqual({ urgency: "low", reason: null });
  expect(rescore("low", null)).toEqual({ urgency: "low", reason: null });
});

test("the reason is given only when the urgency was raised", () => {
  expect(rescore("high", deal(5, 30)).reason).toMatch(/closes within 21 days/);
  expect(rescore("immediate", deal(5, 30))).toEqual({ urgency: "immediate", reason: null });
});

test("urgency is never lowered", () => {
  const days = fc.option(fc.integer({ min: -500, max: 500 }), { nil: null });
  fc.assert(
    fc.property(fc.constantFrom(...PRIORITIES), days, days, fc.boolean(), (urgency, close, idle, isOpen) => {
      const rescored = rescore(urgency, deal(close, idle, isOpen)).urgency;
      expect(moreUrgent(rescored, urgency)).toBe(rescored);
    }),
  );
});
