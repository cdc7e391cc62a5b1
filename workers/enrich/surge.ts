// The signal that a company has begun to read about a topic: its score crossed the threshold since the report before.
// Rule: domain, topic and date of the report are its identity, so a report read twice is the same signals again.
import type { IntentRow } from "#contract/intent-observed.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { weightOf } from "#contract/weights.ts";
import { deriveIdentity } from "#runtime/digest.ts";
import type { KeptIntent } from "./intent-store.ts";

export type Surge = { signal: SignalReceived; correlationId: string };
export type Report = { source: string; reportDate: string; receivedAt: string };

/** Upwards, from below or from never seen. */
export function hasSurged({ score, previous_score }: KeptIntent, threshold: number): boolean {
  return score >= threshold && (previous_score === null || previous_score < threshold);
}

/** `row` is what the report says about the company, and may be missing. */
export async function surgeOf(kept: KeptIntent, row: IntentRow | undefined, report: Report): Promise<Surge> {
  const { source, reportDate, receivedAt } = report;
  const parts = [source, kept.domain, kept.topic, reportDate];
  const { signal_id, correlation_id } = await deriveIdentity(parts);
  const account = `domain:${kept.domain}`;
  const firedAt = `${reportDate}T00:00:00.000Z`;
  const signal: SignalReceived = {
    signal_id,
    signal_type: "intent",
    source,
    subject: account,
    account_id: account,
    deal_id: null,
    contact_id: null,
    payload: {
      event: "intent.surged",
      topics: [kept.topic],
      score: kept.score,
      facts: {
        previous_score: kept.previous_score,
        company: row?.company ?? null,
        size: row?.size ?? null,
        industry: row?.industry ?? null,
      },
    },
    ...weightOf(source, "intent.surged"),
    fired_at: firedAt < receivedAt ? firedAt : receivedAt,
    received_at: receivedAt,
    raw_ref: null,
  };
  return { signal, correlationId: correlation_id };
}
