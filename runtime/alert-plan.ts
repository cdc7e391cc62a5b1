// An alert as a plan of one `send_alert`, on the way that every action goes: the Deal object of `ops:dealwire` holds it, so
// it is sent once, by the adapters that are there, and has a trail. Rule: its ids derive from the alert and when it changed.

import type { Action, ActionContent } from "#contract/action.ts";
import { actionId } from "#contract/action-id.ts";
import type { AlertSettings } from "#contract/alert-settings.ts";
import { contentHash } from "#contract/content-hash.ts";
import { OPS_SUBJECT } from "#contract/controls.ts";
import type { Envelope } from "#contract/envelope.ts";
import { auditStep, planDecided } from "#contract/messages.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import type { alerts } from "#contract/tables.ts";
import { deriveIdentity } from "./digest.ts";
import { createEnvelope, type EnvelopePorts } from "./publish.ts";
import { receivedStep } from "./received-step.ts";

type AlertRow = typeof alerts.$inferSelect;

/** The plan for `plans`, and the step that opens its trail for `audit`. `origin` is where people reach dealwire. */
export async function alertPlan(
  row: AlertRow,
  { target, channel }: Pick<AlertSettings, "target" | "channel">,
  origin: string,
  ports: EnvelopePorts,
): Promise<{ plan: Envelope; opening: Envelope }> {
  const isOver = row.state.startsWith("recovered");
  const identity = ["dealwire", row.alert, row.since, isOver ? "recovered" : "firing"];
  const { signal_id, correlation_id } = await deriveIdentity(identity);
  const text = isOver ? `Over: ${row.summary}` : row.summary;
  const url = URL.canParse(row.link, origin === "" ? undefined : origin) ? new URL(row.link, origin).href : null;
  const content = {
    type: "send_alert",
    target,
    params: { channel, text: text.slice(0, 3_000), url, to_email: null, thread_key: null },
  } satisfies ActionContent;
  const [action_id, content_hash] = await Promise.all([
    actionId(signal_id, "alert", "send_alert"),
    contentHash(content),
  ]);
  const action: Action = {
    ...content,
    action_id,
    rule_id: "alert",
    reason: text.slice(0, 1_000),
    owner: null,
    facts: [],
    priority: "high",
    approval: "auto",
    still_valid: null,
    hours: null,
    cool_down_seconds: 0,
    idempotency_key: action_id,
    content_hash,
  };
  const decided_at = new Date(ports.now()).toISOString();
  const cause = { correlation_id, priority: "high", causation_id: null } as const;
  const plan = {
    signal_id,
    subject: OPS_SUBJECT,
    subject_name: "dealwire itself",
    deal_id: null,
    fired_at: row.since,
    decided_by: "rules",
    ruleset_version: "alerts",
    rules_fired: ["alert"],
    rationale: text.slice(0, 5_000),
    supersedes: null,
    actions: [action],
    atomic: false,
    conflicts: [],
    change: null,
    confidence: null,
    decided_at,
  } as const;
  const signal: SignalReceived = {
    signal_id,
    signal_type: "custom",
    source: "dealwire",
    subject: OPS_SUBJECT,
    account_id: null,
    deal_id: null,
    contact_id: null,
    payload: { event: isOver ? "alert.over" : "alert.firing", text: row.alert },
    urgency: "high",
    confidence: 1,
    fired_at: row.since,
    received_at: row.since,
    raw_ref: null,
  };
  return {
    plan: createEnvelope(
      planDecided,
      { ...plan, actions: [...plan.actions], rules_fired: [...plan.rules_fired], conflicts: [] },
      cause,
      ports,
    ),
    opening: createEnvelope(auditStep, receivedStep(signal, "ledger", null), cause, ports),
  };
}
