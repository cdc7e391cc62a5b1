import { expect, test } from "vitest";
import { alertSettings } from "#contract/alert-settings.ts";
import { AuditStep } from "#contract/audit-step.ts";
import { OPS_SUBJECT } from "#contract/controls.ts";
import { PlanDecided } from "#contract/plan-decided.ts";
import { snapshot, step } from "../steps.fixture.ts";
import { leftByHand } from "./left-by-hand.ts";

const ports = { now: () => 0, newEventId: () => "019a0000-0000-7000-8000-000000000001" };
const { settings } = alertSettings("");
const tell = (told: AuditStep) => leftByHand(told, settings, "https://dealwire.example.com", ports);
const summary = "The Slack alert could not be taken back: it says no. Left to do by hand: Tell whoever read it.";
const failed = (fields: Parameters<typeof snapshot>[0] = {}) =>
  step({
    layer: "deal",
    step: "compensation_failed",
    summary,
    action: snapshot({ state: "compensation_failed", ...fields }),
  }).payload;

test("what could not be taken back is alerted with exactly what is left to do by hand, and by whom", async () => {
  const [opening, plan] = await tell(failed());
  expect(AuditStep.parse(opening?.envelope.payload)).toMatchObject({
    step: "received",
    signal: { subject: OPS_SUBJECT },
  });
  const { actions } = PlanDecided.parse(plan?.envelope.payload);
  expect(actions).toMatchObject([
    {
      type: "send_alert",
      approval: "auto",
      params: {
        text: "Left to do by hand on Acme renewal (Ada): Tell whoever read it. The Slack alert could not be taken back: it says no.",
        url: `https://dealwire.example.com/approvals/act_${"a".repeat(26)}`,
      },
    },
  ]);
});

test("the same step told again is the same alert", async () => {
  const plans = await Promise.all([tell(failed()), tell(failed())]);
  const ids = plans.map(([, plan]) => PlanDecided.parse(plan?.envelope.payload).actions[0]?.action_id);
  expect(ids[0]).toBe(ids[1]);
});

test("nothing else is alerted, and no alert about an alert", async () => {
  expect(await tell(step({ step: "compensated", action: snapshot() }).payload)).toEqual([]);
  expect(await tell(step({ step: "erased", action: snapshot({ state: "compensation_failed" }) }).payload)).toEqual([]);
  expect(await tell(failed({ subject: OPS_SUBJECT }))).toEqual([]);
});
