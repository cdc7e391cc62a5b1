// Turns an evaluation into the plan: identities, hashes, approvals, and one action per thing to act on. Rule: nothing
// in a plan depends on when or how often it is decided, but `decided_at`; a plan decided twice is one plan.
import type { Action, ActionContent } from "#contract/action.ts";
import { actionId } from "#contract/action-id.ts";
import { contentHash } from "#contract/content-hash.ts";
import { PlanDecided } from "#contract/plan-decided.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { CompiledRuleset } from "./compile.ts";
import type { Evaluation, Firing } from "./evaluate.ts";
import { approvalOf, hoursOf } from "./policy.ts";

/** The contract's bounds. */
const MAX_ACTIONS = 20;
const MAX_RATIONALE = 5_000;
const MAX_REASON = 1_000;
const MAX_SUPERSEDES = 500;
const MAX_CONFLICTS = 50;
const MAX_ABOUT = 500;
const MAX_RECENT = 5;

/** `approvalTtlSeconds` is what `ttl: default` means; `decidedAt` an instant. */
export type PlanSettings = { ruleset: CompiledRuleset; approvalTtlSeconds: number; decidedAt: string };

type Conflict = PlanDecided["conflicts"][number];
type Chosen = { firing: Firing; content: ActionContent; ordinal: number };

/** The plan for one signal; it may ask for nothing. A plan that breaks the contract is a bug and throws. */
export async function buildPlan(
  signal: SignalEnriched,
  evaluation: Evaluation,
  { ruleset, approvalTtlSeconds, decidedAt }: PlanSettings,
): Promise<PlanDecided> {
  const { chosen, remarks, conflicts } = choose(evaluation.fired);
  const actions = chosen.map(async ({ firing: { rule, reason, facts }, content, ordinal }): Promise<Action> => {
    const id = await actionId(signal.signal_id, rule.id, content.type, ordinal);
    return {
      ...content,
      action_id: id,
      rule_id: rule.id,
      reason: reason.slice(0, MAX_REASON),
      owner: signal.deal_context?.owner ?? null,
      facts: [...facts],
      ...recentOf(signal),
      priority: signal.urgency,
      approval: approvalOf(rule, content.type, ruleset, approvalTtlSeconds),
      still_valid: rule.still_valid,
      hours: hoursOf(rule, content, ruleset, signal),
      cool_down_seconds: rule.cool_down_seconds,
      idempotency_key: id,
      content_hash: await contentHash(content),
    };
  });
  const { supersedes, supersedes_only } = supersedingOf(evaluation.fired);
  return PlanDecided.parse({
    signal_id: signal.signal_id,
    subject: signal.subject,
    subject_name: signal.deal_context?.name || signal.account_context?.name || null,
    deal_id: signal.deal_id,
    fired_at: signal.fired_at,
    decided_by: evaluation.decided_by,
    ruleset_version: ruleset.version,
    rules_fired: evaluation.fired.map(({ rule }) => rule.id),
    rationale: rationaleOf(evaluation, remarks).slice(0, MAX_RATIONALE),
    supersedes: supersedes?.slice(0, MAX_SUPERSEDES) ?? null,
    ...(supersedes_only === undefined ? {} : { supersedes_only }),
    actions: await Promise.all(actions),
    atomic: evaluation.fired.some(({ rule, actions: asked }) => rule.atomic && asked.length > 0),
    conflicts: conflicts.slice(0, MAX_CONFLICTS),
    change: changeOf(signal),
    decided_at: decidedAt,
  });
}

/** Of each kind of signal the newest alone: ten page views say no more than one. Nothing where nothing is known. */
function recentOf({ account_context }: SignalEnriched): Pick<Action, "recent_signals"> {
  const recent = account_context?.recent_signals ?? [];
  const kinds = recent.filter(({ event }, at) => recent.findIndex((other) => other.event === event) === at);
  return kinds.length === 0 ? {} : { recent_signals: kinds.slice(0, MAX_RECENT) };
}

/** Of several rules that make something moot the one that makes all of it moot is heard, else the first. */
function supersedingOf(fired: readonly Firing[]): Pick<Firing, "supersedes" | "supersedes_only"> {
  const superseding = fired.filter(({ supersedes }) => supersedes !== null);
  const all = superseding.find(({ supersedes_only }) => supersedes_only === undefined);
  return all ?? superseding[0] ?? { supersedes: null };
}

/** Answers which record's field changed, or null when the signal is no field change or the source hid the value. */
function changeOf({ payload, subject, deal_id, contact_id, account_id }: SignalEnriched): PlanDecided["change"] {
  if (payload.property === undefined || payload.sensitive === true) return null;
  const records: Readonly<Record<string, string | null>> = { deal: deal_id, contact: contact_id, company: account_id };
  const record = records[payload.event.split(".")[0] ?? ""] ?? subject;
  const { property, new_value, changed_by } = payload;
  return { record, property, value: new_value ?? null, changed_by: changed_by ?? null };
}

/** Of two rules that want the same kind of action on the same thing, the one of higher priority is heard. */
function choose(fired: readonly Firing[]): { chosen: Chosen[]; remarks: string[]; conflicts: Conflict[] } {
  const chosen: Chosen[] = [];
  const conflicts: Conflict[] = [];
  const remarks: string[] = [];
  const holders = new Map<string, string>();
  for (const firing of fired) {
    for (const { content, ordinal } of firing.actions) {
      const { id } = firing.rule;
      const about = primaryObject(content);
      const object = JSON.stringify([content.type, content.target, about]);
      const holder = holders.get(object) ?? id;
      if (holder !== id) {
        conflicts.push({ rule_id: id, type: content.type, about: about.slice(0, MAX_ABOUT), lost_to: holder });
        remarks.push(`${id} also asked for ${content.type}; ${holder} comes first and is followed.`);
      } else if (chosen.length === MAX_ACTIONS)
        remarks.push(`${id}: ${content.type} was left out; a plan holds ${MAX_ACTIONS} actions.`);
      else {
        holders.set(object, id);
        chosen.push({ firing, content, ordinal });
      }
    }
  }
  return { chosen, remarks, conflicts };
}

/** What the action is done to. Actions of one rule on one object stand beside each other. */
function primaryObject(content: ActionContent): string {
  switch (content.type) {
    case "draft_followup":
      return content.params.to
        .map(({ email }) => email.toLowerCase())
        .sort()
        .join();
    case "update_crm":
      return `${content.params.record} ${content.params.property}`;
    case "create_task":
      return content.params.deal_id ?? content.params.contact_ids[0] ?? content.params.account_id ?? "";
    case "send_alert":
      return [content.params.channel ?? "the default channel", content.params.to_email].filter(Boolean).join(" ");
    case "enroll_sequence":
      return content.params.contact_id;
  }
}

function rationaleOf({ tried, fired, failures }: Evaluation, remarks: readonly string[]): string {
  const reasons = fired.map(({ rule, reason }) => `${rule.id}: ${reason}`);
  const skipped = failures.map(({ rule_id, reason }) => `${rule_id} was skipped in part or whole: ${reason}.`);
  const opening = fired.length === 0 ? [`None of ${tried.length} rules applied.`] : reasons;
  return [...opening, ...remarks, ...skipped].join("\n");
}
