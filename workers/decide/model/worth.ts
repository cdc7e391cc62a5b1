// Whether a signal that no rule answers is worth the model's time and money. Pure. Rule: only what is about an open
// deal, is young enough to end within its fifteen minutes, and is urgent, big or contradictory, as configured.
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { ModelSettings } from "./settings.ts";

/** A signal has fifteen minutes from its arrival to its effect; after ten the model has no part in it. */
const LATENCY_BUDGET_MS = 15 * 60_000;
const LATEST_START_MS = 10 * 60_000;

const URGENCIES = ["low", "standard", "high", "immediate"] as const;

/** What speaks for a deal and what speaks against it; both at once is a contradiction. */
const FOR_THE_DEAL: readonly string[] = ["intent.surged", "contact.added_to_deal", "page.viewed", "call.completed"];
const AGAINST_THE_DEAL: readonly string[] = [
  "contact.removed_from_deal",
  "contact.employer_changed",
  "contact.email_bounced",
  "deal.close_date_changed",
];
const QUIET_DAYS = 14;

export type Worth = { worth: true; because: string } | { worth: false; because: string };

/** `nowMs`: milliseconds since 1970. */
export function worthAsking(signal: SignalEnriched, worth: ModelSettings["worth"], nowMs: number): Worth {
  const deal = signal.deal_context;
  if (deal === null || !deal.is_open) return { worth: false, because: "no open deal is known" };
  const late = lateness(signal, nowMs);
  if (late !== null) return { worth: false, because: late };
  const { minUrgency, minAmount, contradictions } = worth;
  if (minUrgency !== null && URGENCIES.indexOf(signal.urgency) >= URGENCIES.indexOf(minUrgency))
    return { worth: true, because: `its urgency is ${signal.urgency}` };
  if (minAmount !== null && deal.amount !== null && deal.amount >= minAmount)
    return { worth: true, because: "the deal is big" };
  if (contradictions && contradicts(signal)) return { worth: true, because: "signals contradict each other" };
  return { worth: false, because: "it is neither urgent nor about a big deal nor contradictory" };
}

/** Why the signal is too old to wait for a model, or null. */
export function lateness({ received_at }: SignalEnriched, nowMs: number): string | null {
  const ageMs = nowMs - Date.parse(received_at);
  if (ageMs <= LATEST_START_MS) return null;
  return `${Math.floor(ageMs / 60_000)} of its ${LATENCY_BUDGET_MS / 60_000} minutes have passed`;
}

function contradicts({ payload, account_context: account, deal_context: deal }: SignalEnriched): boolean {
  const events = [payload.event, ...(account?.recent_signals.map(({ event }) => event) ?? [])];
  const speaksFor = events.some((event) => FOR_THE_DEAL.includes(event)) || (account?.intent_change_percent ?? 0) > 0;
  const against =
    events.some((event) => AGAINST_THE_DEAL.includes(event)) || (deal?.last_activity_days_ago ?? 0) > QUIET_DAYS;
  return speaksFor && against;
}
