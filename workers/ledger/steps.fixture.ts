// Audit steps for tests: whole events with what a test does not care about filled in. Rule: every event made here
// parses as its contract, so that a test never stands on something that could not arrive.
import type { ActionSnapshot } from "#contract/action-state.ts";
import { AuditStep, type SignalSummary } from "#contract/audit-step.ts";
import type { Event } from "#contract/envelope.ts";
import { stepOf } from "#runtime/audit.ts";

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** A signal id of its own for each number. */
export function signalId(number: number): string {
  const digits = [4, 3, 2, 1, 0].map((place) => BASE32[Math.floor(number / 32 ** place) % 32]).join("");
  return `sig_${digits.padStart(26, "a")}`;
}

/** A UUIDv7 of its own for each number. */
export function eventId(number: number): string {
  return `019a0000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

/** Milliseconds after a fixed moment, as the wire has it. */
export function instant(milliseconds: number): string {
  return new Date(Date.UTC(2026, 10, 21, 8) + milliseconds).toISOString();
}

export const SUMMARY: SignalSummary = {
  signal_type: "crm_event",
  source: "hubspot",
  event: "deal.stage_changed",
  subject: "hubspot:332507367156",
  deal_id: "hubspot:332507367156",
  account_id: null,
  urgency: "high",
  fired_at: instant(-1_000),
  received_at: instant(0),
};

let events = 0;

export function step(fields: Partial<AuditStep> = {}): Event<AuditStep> {
  events += 1;
  const step = stepOf({
    signal_id: signalId(1),
    layer: "decide",
    step: "decided",
    at: instant(0),
    summary: "a step",
    ...fields,
  });
  return {
    event_id: eventId(events),
    topic: "audit.step",
    schema_version: 1,
    priority: "standard",
    correlation_id: "0af7651916cd43dd8448eb211c80319c",
    causation_id: null,
    attempt: 1,
    published_at: instant(0),
    payload: AuditStep.parse(step),
  };
}

export function received(fields: Partial<AuditStep> = {}): Event<AuditStep> {
  return step({ layer: "ingest", step: "received", fate: "in_progress", signal: SUMMARY, ...fields });
}

export function snapshot(fields: Partial<ActionSnapshot> = {}): ActionSnapshot {
  return {
    action: {
      action_id: `act_${"a".repeat(26)}`,
      rule_id: "competitor-mentioned",
      reason: "a competitor was named",
      owner: { id: "hubspot:owner-1", name: "Ada", email: "ada@example.com", time_zone: null, manager: null },
      facts: [],
      priority: "high",
      approval: { ttl_seconds: 14_400, on_timeout: "execute", escalate_before_seconds: 0 },
      still_valid: null,
      hours: null,
      cool_down_seconds: 0,
      idempotency_key: "key-1",
      content_hash: "0".repeat(64),
      type: "send_alert",
      target: "slack",
      params: { channel: null, text: "look", url: null, to_email: null, thread_key: null },
    },
    state: "pending",
    version: 1,
    subject: "hubspot:332507367156",
    subject_name: "Acme renewal",
    signal_id: signalId(1),
    correlation_id: "0af7651916cd43dd8448eb211c80319c",
    proposed_at: instant(0),
    due_at: instant(14_400_000),
    released_by: null,
    decided_by: null,
    decided_at: null,
    note: null,
    folded_signals: [],
    effect: null,
    error: null,
    shadow: false,
    held: null,
    undo_until: null,
    undo_note: null,
    escalated_to: null,
    ...fields,
  };
}
