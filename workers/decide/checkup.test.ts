import { expect, test } from "vitest";
import { CHECKUP_EVENT } from "#contract/checkup.ts";
import { PlanDecided } from "#contract/plan-decided.ts";
import { enriched } from "#rules/enriched.fixture.ts";
import { checkupPlan, isCheckup } from "./checkup.ts";

const AT = "2026-11-21T08:00:00.000Z";
const checkup = () => {
  const { payload, ...signal } = enriched({});
  const about = { subject: "standard:msg_1", deal_id: null, account_id: null, contact_id: null, deal_context: null };
  return { ...signal, ...about, payload: { ...payload, event: CHECKUP_EVENT } };
};

test("a checkup asks for one alert that runs by itself after a second, and keeps the contract", async () => {
  const plan = await checkupPlan(checkup(), AT);
  expect(PlanDecided.parse(plan)).toEqual(plan);
  expect(plan.actions).toMatchObject([{ type: "send_alert", approval: { ttl_seconds: 1, on_timeout: "execute" } }]);
  expect(await checkupPlan(checkup(), AT)).toEqual(plan);
});

test("a message that names a deal is no checkup, whatever it calls itself", () => {
  expect(isCheckup(checkup())).toBe(true);
  expect(isCheckup({ ...checkup(), deal_id: "hubspot:1" })).toBe(false);
  expect(isCheckup(enriched({}))).toBe(false);
});
