// Just before an unattended run: does the reason still hold?
import { expect, test } from "vitest";
import type { ActionRechecked } from "#contract/action-rechecked.ts";
import type { DealContext } from "#contract/signal-enriched.ts";
import { SHIPPED } from "./default.fixture.ts";
import { enriched } from "./enriched.fixture.ts";
import { evaluateWithFallback } from "./evaluate.ts";
import { compileText } from "./parse-document.ts";
import { buildPlan } from "./plan.ts";
import { recheck } from "./recheck.ts";

const NOW = Date.parse("2026-11-20T14:00:00.000Z");

async function rechecked(
  deal: Partial<DealContext> | null,
  stillValid?: string | null,
  degraded: ActionRechecked["degraded"] = [],
) {
  const signal = enriched({ deal: { last_activity_days_ago: 12 } });
  const compiled = compileText(SHIPPED.document, SHIPPED.version);
  if (!compiled.ok) throw new Error("the rules that ship do not compile");
  const { ruleset } = compiled;
  const settings = { ruleset, approvalTtlSeconds: 14_400, decidedAt: signal.enriched_at };
  const plan = await buildPlan(signal, evaluateWithFallback(ruleset, signal, NOW), settings);
  const [action] = plan.actions;
  if (action === undefined) throw new Error("nothing was asked for");
  return recheck(
    {
      released: {
        subject: plan.subject,
        signal_id: plan.signal_id,
        action: { ...action, ...(stillValid !== undefined && { still_valid: stillValid }) },
        released_by: "timeout",
        released_at: signal.enriched_at,
        operation: "perform",
        validity: null,
      },
      deal_context: enriched({ deal }).deal_context,
      account_context: null,
      degraded,
      checked_at: signal.enriched_at,
    },
    NOW,
  );
}

test("the same deal as then still holds", async () => {
  expect(await rechecked({ last_activity_days_ago: 12 })).toEqual({
    holds: true,
    reason: expect.stringContaining("still holds"),
    checked_at: "2026-11-20T14:00:00.000Z",
  });
});

test.each([{ is_open: false }, { last_activity_days_ago: 0 }, null])(
  "with the deal %j it no longer holds",
  async (deal) => {
    expect(await rechecked(deal)).toMatchObject({ holds: false });
  },
);

test.each([
  ["deal.nope", "does not compile"],
  ["((", "does not compile"],
  ["account.name == 'x'", "could not be evaluated"],
  ["deal.name", "neither true nor false"],
])("%s is not known, and says why", async (condition, reason) => {
  expect(await rechecked({}, condition)).toMatchObject({ holds: null, reason: expect.stringContaining(reason) });
});

test("a deal that could not be read is not a deal that is gone", async () => {
  const degraded = [{ missing: "deal_context", reason: "HubSpot answers 500" }];
  expect(await rechecked(null, undefined, degraded)).toMatchObject({
    holds: null,
    reason: "The deal could not be read: HubSpot answers 500.",
  });
});

test("an action without a condition holds", async () => {
  expect(await rechecked({}, null)).toMatchObject({ holds: true });
});
