// Plans, actions and records for the tests of this folder. Rule: everything here would parse as the contract's own, and
// each test changes only the fields that it is about.
import type { Action } from "#contract/action.ts";
import type { ActionState } from "#contract/action-state.ts";
import type { Event } from "#contract/envelope.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import type { ActionRecord } from "./action-record.ts";
import { EMPTY_DEAL } from "./deal-state.ts";
import { propose } from "./propose.ts";

export const SUBJECT = "hubspot:332507367156";
export const NOON = Date.parse("2026-11-20T12:00:00.000Z");
export const HASH = "a".repeat(64);
export const ANA = { kind: "person", id: "ana@dealwire.test", via: "page" } as const;
export const BEN = { id: "hubspot:77", name: "Ben", email: "ben@dealwire.test" } as const;
export const EFFECT = {
  external_id: "ts-1",
  url: null,
  summary: "Posted",
  at: "2026-11-20T12:00:01.000Z",
  undo: null,
} as const;
export const WAITS = { ttl_seconds: 14_400, on_timeout: "execute", escalate_before_seconds: 0 } as const;
export const EXPIRES = { ttl_seconds: 14_400, on_timeout: "expire", escalate_before_seconds: 0 } as const;

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** `sig_` or `act_` and 26 characters that spell the number. */
function id(prefix: "sig" | "act", number: number): string {
  const letters = Array.from(String(number), (digit) => "abcdefghij"[Number(digit)]).join("");
  return `${prefix}_${letters.padStart(26, "z")}`;
}

export function signalId(number: number): string {
  return id("sig", number);
}

export function actionId(number: number): string {
  return id("act", number);
}

export function sampleAction(number: number, fields: Partial<Omit<Action, "type" | "target" | "params">> = {}): Action {
  return {
    action_id: actionId(number),
    rule_id: "stage-moved",
    reason: "The deal moved on.",
    owner: null,
    facts: [],
    priority: "high",
    approval: "auto",
    still_valid: null,
    hours: null,
    cool_down_seconds: 0,
    idempotency_key: `key-${number}`,
    content_hash: HASH,
    type: "send_alert",
    target: "slack",
    params: { channel: null, text: "The deal moved on", url: null, to_email: null, thread_key: null },
    ...fields,
  };
}

/** The plan of signal `number`, which fired `number` seconds after eleven o'clock. */
export function samplePlan(
  number: number,
  actions: readonly Action[],
  fields: Partial<PlanDecided> = {},
): Event<PlanDecided> {
  return {
    event_id: `019a9f00-0000-7000-8000-${String(number).padStart(12, "0")}`,
    topic: "plan.decided",
    schema_version: 2,
    priority: "high",
    correlation_id: String(number).padStart(32, "1"),
    causation_id: null,
    attempt: 1,
    published_at: iso(NOON),
    payload: {
      signal_id: signalId(number),
      subject: SUBJECT,
      subject_name: "Acme renewal",
      deal_id: SUBJECT,
      fired_at: iso(NOON - 3_600_000 + number * 1000),
      decided_by: "rules",
      ruleset_version: "1",
      rules_fired: ["stage-moved"],
      rationale: "The stage changed.",
      supersedes: null,
      actions: [...actions],
      atomic: false,
      conflicts: [],
      change: null,
      confidence: null,
      decided_at: iso(NOON),
      ...fields,
    },
  };
}

/** A record as if it had come to `state` on its own way; a lease runs until one minute after noon. */
export function recordIn(
  state: ActionState,
  fields: Partial<ActionRecord> = {},
  action = sampleAction(1),
): ActionRecord {
  const { change } = propose(EMPTY_DEAL, samplePlan(1, [action]), SUBJECT, NOON);
  const [record] = change?.changed ?? [];
  if (record === undefined) throw new Error("the sample plan proposes one action");
  const dueAt = state === "pending" ? iso(NOON + 14_400_000) : null;
  const lease = state === "executing" || state === "compensating" ? { id: "lease-1", until: iso(NOON + 60_000) } : null;
  return { ...record, lease, snapshot: { ...record.snapshot, state, due_at: dueAt }, ...fields };
}
