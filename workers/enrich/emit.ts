// What an enriched signal publishes: itself for `decide`, and its step for the trail. Rules: the step carries the whole
// enriched signal, because rules are tried against it later; a signal that was resolved to a deal is about that deal.
import { describeIssues, signalEnriched } from "#contract/messages.ts";
import { type Degradation, SignalEnriched } from "#contract/signal-enriched.ts";
import { audit } from "#runtime/audit.ts";
import { done, emission, type Outcome, reject } from "#runtime/outcome.ts";
import type { Looked } from "./enrich.ts";
import type { Told } from "./identity/recall.ts";
import type { Gap } from "./providers/provider.ts";
import { summaryOf } from "./summary.ts";
import { moreUrgent, rescore } from "./urgency.ts";
import type { UrgencyRule } from "./urgency-rules.ts";

/** The contract takes 20 of them, and reasons of 500 characters. */
const MAX_DEGRADED = 20;
const MAX_REASON = 500;
/** The step's event must stay below what a queue takes (MAX_EVENT_BYTES); a signal larger than this is not in its step. */
const MAX_SHOWN_BYTES = 80_000;
const encoder = new TextEncoder();

export function emit(
  looked: Looked,
  told: Told,
  gaps: readonly Gap[],
  { now, urgencyRules }: { now(): number; urgencyRules: readonly UrgencyRule[] },
): Outcome {
  const { event, startedAt, resolved, description, calls } = looked;
  const { deal_context: deal, account_context: account, deal_status } = description;
  const signal = event.payload;
  const endedAt = now();
  const at = new Date(endedAt).toISOString();
  const dealId = deal?.id ?? resolved.dealId ?? signal.deal_id;
  const context = {
    deal_context: deal && told.deal(deal),
    account_context: account && told.account(account),
    degraded: degradedOf([...description.gaps, ...told.gaps, ...gaps]),
  };
  const { urgency, reason } = rescore(signal, context.deal_context, context.account_context, urgencyRules);
  const enriched = SignalEnriched.safeParse({
    ...signal,
    ...context,
    subject: dealId ?? signal.subject,
    deal_id: dealId,
    account_id: account?.id ?? resolved.accountId ?? signal.account_id,
    contact_id: resolved.contactId ?? signal.contact_id,
    resolution: resolved.resolution,
    deal_status,
    urgency,
    enriched_at: at,
  });
  if (!enriched.success) return reject("invalid_event", `a bug in enrichment: ${describeIssues(enriched.error)}`);
  return done(
    emission("enriched", signalEnriched, enriched.data, moreUrgent(event.priority, urgency)),
    audit({
      signal_id: signal.signal_id,
      layer: "enrich",
      step: "enriched",
      at,
      attempt: event.attempt,
      duration_ms: Math.max(0, endedAt - startedAt),
      summary: summaryOf(enriched.data, reason),
      data: {
        providers: calls,
        urgency: { was: signal.urgency, is: urgency },
        degraded: context.degraded,
        ...(encoder.encode(JSON.stringify(enriched.data)).length <= MAX_SHOWN_BYTES && { signal: enriched.data }),
      },
    }),
  );
}

/** Each missing part once, with its first reason. */
export function degradedOf(gaps: readonly Gap[]): Degradation[] {
  const byPart = new Map<string, string>();
  for (const { missing, reason } of gaps) if (!byPart.has(missing)) byPart.set(missing, reason.slice(0, MAX_REASON));
  return [...byPart].slice(0, MAX_DEGRADED).map(([missing, reason]) => ({ missing, reason }));
}
