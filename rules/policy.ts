// Whether an action waits for a person, and at what hours it may run by itself. Rules: the rule's own word counts before
// the one for its type of action; without either, what leaves the house waits for a person and never runs unattended.
import type { ActionContent, ActionType, Approval, Hours } from "#contract/action.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { CompiledRuleset } from "./compile.ts";
import { durationSeconds } from "./duration.ts";
import type { Asker } from "./evaluate.ts";
import type { ApprovalPolicy } from "./ruleset.ts";
import { isTimeZone } from "./time-zone.ts";

const ASK: ApprovalPolicy = { ttl: "default", on_timeout: "expire", escalate_before: "0s" };
const UNWRITTEN: Readonly<Record<ActionType, ApprovalPolicy>> = {
  draft_followup: ASK,
  update_crm: ASK,
  create_task: "auto",
  send_alert: "auto",
  enroll_sequence: ASK,
};

type Policies = Pick<CompiledRuleset, "policies" | "defaults">;

/** `defaultTtlSeconds` is what `ttl: default` means. */
export function approvalOf(rule: Asker, type: ActionType, { policies }: Policies, defaultTtlSeconds: number): Approval {
  const approval = rule.approval ?? policies[type]?.approval ?? UNWRITTEN[type];
  if (approval === "auto") return "auto";
  const ttl = approval.ttl === "default" ? defaultTtlSeconds : (durationSeconds(approval.ttl) ?? defaultTtlSeconds);
  const escalateBefore = durationSeconds(approval.escalate_before) ?? 0;
  return { ttl_seconds: ttl, on_timeout: approval.on_timeout, escalate_before_seconds: Math.min(escalateBefore, ttl) };
}

/** Null: any time is right. */
export function hoursOf(
  rule: Asker,
  content: ActionContent,
  { policies, defaults }: Policies,
  signal: SignalEnriched,
): Hours | null {
  const hours = rule.hours === undefined ? (policies[content.type]?.hours ?? null) : rule.hours;
  if (hours === null) return null;
  const { from, to, days } = hours;
  const known = zoneOf(hours.time_zone, content, signal.deal_context);
  return { from, to, days, time_zone: known !== null && isTimeZone(known) ? known : defaults.time_zone };
}

function zoneOf(whose: string, content: ActionContent, deal: SignalEnriched["deal_context"]): string | null {
  if (whose === "owner") return deal?.owner?.time_zone ?? null;
  if (whose !== "recipient") return whose;
  const recipient = deal?.contacts.find(({ id, email }) => {
    if (content.type === "enroll_sequence") return id === content.params.contact_id;
    if (content.type !== "draft_followup") return false;
    return email !== null && email.toLowerCase() === content.params.to[0]?.email.toLowerCase();
  });
  return recipient?.time_zone ?? null;
}
