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

test("a plan that was proposed before is done, and the trail says how its signal stands by the first one", async () => {
  const stands = { fate: "executed", at: "2026-11-21T08:00:00.000Z" } as const;
  const deal = () => ({ propose: async () => ({ accepted: false, actions: [], stands }) });
  expect(await propose(goldenPlan(), { deal })).toMatchObject({
    kind: "done",
    emits: [{ queue: "audit", payload: { step: "already_proposed", ...stands } }],
  });
});

test.each([
  [{ overloaded: true }, 30],
  [{ retryable: true }, null],
  [{}, null],
])("a plan whose deal object fails with %o is proposed again", async (flags, afterSeconds) => {
  const deal = () => ({ propose: () => Promise.reject(Object.assign(new Error("reset"), flags)) });
  expect(await propose(goldenPlan(), { deal })).toMatchObject({ kind: "retry", afterSeconds });
});
