// The plan of a checkup (contract/checkup.ts): one alert that waits for a second and is then run by nobody. Rule: neither the rules in
// force nor the model are asked, so that a checkup finds out about the pipeline and does nothing besides.
import type { ActionContent } from "#contract/action.ts";
import { actionId } from "#contract/action-id.ts";
import { CHECKUP_EVENT, CHECKUP_RULE, CHECKUP_TTL_SECONDS } from "#contract/checkup.ts";
import { contentHash } from "#contract/content-hash.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";

const REASON = "npm run doctor follows it to its end; it sends nothing.";

/** A checkup about a record of a CRM is none: it would wait on somebody's deal. */
export function isCheckup({ payload, deal_id, account_id, contact_id }: SignalEnriched): boolean {
  return payload.event === CHECKUP_EVENT && deal_id === null && account_id === null && contact_id === null;
}

export async function checkupPlan(signal: SignalEnriched, decidedAt: string): Promise<PlanDecided> {
  const content: ActionContent = {
    type: "send_alert",
    target: "slack",
    params: { channel: null, text: "A checkup of dealwire; ignore it.", url: null, to_email: null, thread_key: null },
  };
  const id = await actionId(signal.signal_id, CHECKUP_RULE, content.type);
  return {
    signal_id: signal.signal_id,
    subject: signal.subject,
    subject_name: "Checkup",
    deal_id: null,
    fired_at: signal.fired_at,
    decided_by: "rules",
    ruleset_version: CHECKUP_RULE,
    rules_fired: [CHECKUP_RULE],
    rationale: REASON,
    supersedes: null,
    actions: [
      {
        ...content,
        action_id: id,
        rule_id: CHECKUP_RULE,
        reason: REASON,
        owner: null,
        facts: [],
        priority: signal.urgency,
        approval: { ttl_seconds: CHECKUP_TTL_SECONDS, on_timeout: "execute", escalate_before_seconds: 0 },
        still_valid: null,
        hours: null,
        cool_down_seconds: 0,
        idempotency_key: id,
        content_hash: await contentHash(content),
      },
    ],
    atomic: false,
    conflicts: [],
    change: null,
    confidence: null,
    decided_at: decidedAt,
  };
}
