// What becomes of an approval when an action holds the model's words.
import { expect, test } from "vitest";
import type { Approval } from "#contract/action.ts";
import { SHIPPED } from "#rules/default.fixture.ts";
import { enriched } from "#rules/enriched.fixture.ts";
import { evaluate } from "#rules/evaluate.ts";
import { compileText } from "#rules/parse-document.ts";
import { buildPlan } from "#rules/plan.ts";
import { letWordsWait } from "./words-wait.ts";

const AFTER: Approval = { ttl_seconds: 60, on_timeout: "execute", escalate_before_seconds: 0 };

async function approvalAfter(approval: Approval, words: "model" | "template"): Promise<Approval | undefined> {
  const compiled = compileText(SHIPPED.document, SHIPPED.version);
  if (!compiled.ok) throw new Error("the shipped rules do not compile");
  const signal = enriched({ deal: { last_activity_days_ago: 12 } });
  const settings = { ruleset: compiled.ruleset, approvalTtlSeconds: 99, decidedAt: signal.enriched_at };
  const plan = await buildPlan(signal, evaluate(compiled.ruleset, signal, 0), settings);
  const actions = plan.actions.map((action) => ({ ...action, approval }));
  const worded = new Set(words === "model" ? actions.map(({ action_id }) => action_id) : []);
  return letWordsWait({ ...plan, actions }, worded, 99).actions[0]?.approval;
}

test("what would have run by itself waits for a person, and expires", async () => {
  expect(await approvalAfter(AFTER, "model")).toEqual({ ...AFTER, on_timeout: "expire" });
  expect(await approvalAfter("auto", "model")).toEqual({
    ttl_seconds: 99,
    on_timeout: "expire",
    escalate_before_seconds: 0,
  });
});

test("what waits goes on waiting, and the template's words run as their rule says", async () => {
  const waits: Approval = { ...AFTER, on_timeout: "wait" };
  expect(await approvalAfter(waits, "model")).toEqual(waits);
  expect(await approvalAfter(AFTER, "template")).toEqual(AFTER);
});
