// Plans put straight on the queue, for tests of what `execute` does with each kind of action, and what the stand-ins hold.
import { Action } from "#contract/action.ts";
import { planDecided } from "#contract/messages.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import { createEnvelope, pack } from "#runtime/publish.ts";
import { putDeal } from "./deals.ts";
import type { Pipeline } from "./pipeline.ts";

/** `approval` is for those that do not run at once. */
export type PlannedContent = { type: string; target: string; params: object; approval?: object };

let plans = 0;

function letters(number: number): string {
  return Array.from(String(number), (digit) => "abcdefghij"[Number(digit)])
    .join("")
    .padStart(26, "m");
}

/** The trace-id of every plan about a deal, by which the calls that it leads to are told from others. */
export function traceOf(dealId: string): string {
  return dealId.padStart(32, "0");
}

/**
 * Puts a plan of these contents on the queue, to run at once; answers the ids of its actions. `rewrite` may make of the
 * message what no Worker would send.
 */
export async function putPlan(
  pipeline: Pipeline,
  dealId: string,
  contents: readonly PlannedContent[],
  fields: Partial<PlanDecided> = {},
  rewrite: (message: string) => string = (message) => message,
): Promise<string[]> {
  plans += 1;
  const plan = plans;
  await putDeal(pipeline, dealId);
  const at = new Date().toISOString();
  const actions = contents.map((content, n) => {
    const id = `act_${letters(plan * 100 + n)}`;
    return Action.parse({
      action_id: id,
      rule_id: `rule-${n}`,
      reason: "To see it arrive.",
      owner: null,
      priority: "high",
      approval: "auto",
      still_valid: null,
      cool_down_seconds: 0,
      idempotency_key: id,
      content_hash: "a".repeat(64),
      ...content,
    });
  });
  const payload: PlanDecided = {
    signal_id: `sig_${letters(plan)}`,
    subject: `hubspot:${dealId}`,
    subject_name: null,
    deal_id: `hubspot:${dealId}`,
    fired_at: at,
    decided_by: "rules",
    ruleset_version: "test",
    rules_fired: [],
    rationale: "A test.",
    supersedes: null,
    actions,
    atomic: false,
    conflicts: [],
    change: null,
    confidence: null,
    decided_at: at,
    ...fields,
  };
  const origin = { correlation_id: traceOf(dealId), priority: "high", causation_id: null } as const;
  const ports = { now: Date.now, newEventId: () => "019aa000-0000-7000-8000-000000000004" };
  const queue = await pipeline.queue("execute", "PLANS");
  const envelope = createEnvelope(planDecided, payload, origin, ports);
  for (const body of pack([envelope])) await queue.send(rewrite(body), { contentType: "text" });
  return actions.map(({ action_id }) => action_id);
}

/** The records of a stand-in once there are `count` of them. */
export function records(pipeline: Pipeline, system: string, collection: string, count: number) {
  return pipeline.until(`${count} ${collection} in ${system}`, async () => {
    const found = (await pipeline.sandbox(system)).records[collection] ?? [];
    return found.length === count && found;
  });
}
