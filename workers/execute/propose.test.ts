import { expect, test } from "vitest";
import { Envelope, type Event } from "#contract/envelope.ts";
import golden from "#contract/golden/plan.decided.v1.json" with { type: "json" };
import { parsePayload, planDecided } from "#contract/messages.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import { propose } from "./propose.ts";

function goldenPlan(): Event<PlanDecided> {
  const parsed = parsePayload(planDecided, Envelope.parse(golden));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.event;
}

test("a plan is proposed to the deal object of its subject", async () => {
  const plan = goldenPlan();
  const proposed: [string, string][] = [];
  const deal = (subject: string) => ({
    async propose({ event_id }: Event<PlanDecided>) {
      proposed.push([subject, event_id]);
      return { accepted: true, actions: [] };
    },
  });
  expect(await propose(plan, { deal })).toEqual({ kind: "done", emits: [] });
  expect(proposed).toEqual([[plan.payload.subject, plan.event_id]]);
});

test("a plan that was proposed before is done, because the first one stands", async () => {
  const deal = () => ({ propose: async () => ({ accepted: false, actions: [] }) });
  expect(await propose(goldenPlan(), { deal })).toMatchObject({ kind: "done" });
});

test.each([
  [{ overloaded: true }, 30],
  [{ retryable: true }, null],
  [{}, null],
])("a plan whose deal object fails with %o is proposed again", async (flags, afterSeconds) => {
  const deal = () => ({ propose: () => Promise.reject(Object.assign(new Error("reset"), flags)) });
  expect(await propose(goldenPlan(), { deal })).toMatchObject({ kind: "retry", afterSeconds });
});
