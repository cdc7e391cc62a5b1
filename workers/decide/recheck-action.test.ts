// Given an action that is about to run unattended, when it is rechecked, then the verdict travels with it.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ActionRechecked } from "#contract/action-rechecked.ts";
import { ActionReleased } from "#contract/action-released.ts";
import { AuditStep } from "#contract/audit-step.ts";
import type { Event } from "#contract/envelope.ts";
import { recheckAction } from "./recheck-action.ts";

const NOW = Date.parse("2026-11-20T14:00:00.000Z");
const golden: { payload?: unknown } = JSON.parse(readFileSync("contract/golden/action.rechecked.v1.json", "utf8"));
const payload = ActionRechecked.parse(golden.payload ?? golden);

function eventOf(stillValid: string | null): Event<ActionRechecked> {
  const { released } = payload;
  return {
    event_id: "019a0000-0000-7000-8000-000000000001",
    topic: "action.rechecked",
    schema_version: 1,
    priority: "high",
    correlation_id: "0123456789abcdef0123456789abcdef",
    causation_id: null,
    attempt: 1,
    published_at: "2026-11-20T13:59:59.000Z",
    payload: { ...payload, released: { ...released, action: { ...released.action, still_valid: stillValid } } },
  };
}

test.each([
  ["1 < 2", true],
  ["1 > 2", false],
  ["deal.nope", null],
])("%s is %j, on the release and on the trail", async (condition, holds) => {
  const { kind, emits } = await recheckAction(eventOf(condition), () => NOW);
  expect(kind).toBe("done");
  expect(emits.map(({ queue }) => queue)).toEqual(["actions", "audit"]);
  const released = ActionReleased.parse(emits[0]?.payload);
  expect(released).toMatchObject({ validity: { holds, checked_at: "2026-11-20T14:00:00.000Z" } });
  expect(released.action.action_id).toBe(payload.released.action.action_id);
  expect(AuditStep.parse(emits[1]?.payload)).toMatchObject({ step: "rechecked", fate: null, data: { holds } });
});
