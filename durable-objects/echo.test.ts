// Our own CRM writes come back as webhooks and stop there.
import { describe, expect, it } from "vitest";
import { claim } from "./claim.ts";
import { type DealState, EMPTY_DEAL } from "./deal-state.ts";
import { propose } from "./propose.ts";
import { report } from "./report.ts";
import { actionId, EFFECT, NOON, SUBJECT, sampleAction, samplePlan } from "./sample-plan.ts";

const params = { record: SUBJECT, object: "deals", property: "dealstage", value: "closedwon" };
const write = { ...sampleAction(1), type: "update_crm", target: "hubspot", params } as const;
const filed = propose(EMPTY_DEAL, samplePlan(1, [write]), SUBJECT, NOON).change?.deal ?? EMPTY_DEAL;
const running = claim(filed, write.action_id, "lease-1", NOON).change?.deal ?? EMPTY_DEAL;
const told = { kind: "executed", effect: EFFECT } as const;
const done = report(running, write.action_id, "lease-1", told, NOON).change?.deal ?? EMPTY_DEAL;

const change = { record: SUBJECT, property: "dealstage", value: "closedwon", changed_by: null };
const webhook = (fields = {}) => samplePlan(2, [sampleAction(2)], { change: { ...change, ...fields } });
const heard = (deal: DealState, fields = {}, clock = NOON + 60_000) => propose(deal, webhook(fields), SUBJECT, clock);

describe("the webhook of our own write", () => {
  it.each([
    ["after the write was reported", done],
    ["before that", running],
  ])("asks for nothing, %s, and the trail says so", (_when, deal) => {
    const { result, change: changed } = heard(deal);
    expect(result).toMatchObject({ accepted: true, echo: true, actions: [{ state: "superseded" }] });
    expect(changed?.news).toMatchObject([{ step: "echo_recognised", data: { action_id: actionId(1) } }]);
  });

  it("is known when it is delivered again, however late", () => {
    const deal = heard(done).change?.deal ?? EMPTY_DEAL;
    expect(heard(deal, {}, NOON + 86_400_000)).toMatchObject({ result: { accepted: false }, change: null });
  });

  it.each([{ value: "closedlost" }, { property: "amount" }, { record: "hubspot:1" }])(
    "is not one of somebody else with %o",
    (fields) => {
      expect(heard(done, fields).result.actions).toMatchObject([{ state: "released" }]);
    },
  );

  it("is not one of the same value a quarter of an hour later, nor of a write that never ran", () => {
    expect(heard(done, {}, NOON + 16 * 60_000).result.actions).toMatchObject([{ state: "released" }]);
    expect(heard(filed).result.actions).toMatchObject([{ state: "released" }]);
  });
});
