// A CRM's deal as the canonical context of one signal. Rule: the one place where days are counted, always as of the
// signal's `fired_at`, so that a signal means the same whenever it is enriched.
import type { DealContext } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { daysSince, daysUntilDate } from "./days.ts";
import type { CrmDeal } from "./providers/provider.ts";

export function dealContextOf(deal: CrmDeal, signal: SignalReceived): DealContext {
  const firedAt = Date.parse(signal.fired_at);
  const since = (ms: number | null) => (ms === null ? null : daysSince(ms, firedAt));
  const instant = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  const ascending = (times: readonly number[]) => times.toSorted((a, b) => a - b);
  return {
    id: deal.id,
    name: deal.name,
    url: deal.url ?? hubspotPageOf(deal.id, signal),
    stage: deal.stage,
    pipeline: deal.pipeline,
    amount: deal.amount,
    owner: deal.owner,
    is_open: deal.is_open,
    is_won: deal.is_won,
    days_in_stage: since(deal.stageEnteredMs),
    last_activity_days_ago: since(deal.lastActivityMs),
    close_date: deal.close_date,
    days_to_close: deal.close_date === null ? null : daysUntilDate(Date.parse(deal.close_date), firedAt),
    open_tasks: deal.open_tasks,
    competitors_mentioned: [...new Set(signal.payload.competitors ?? [])],
    contacts: deal.contacts,
    stage_history: deal.stage_history,
    close_date_pushes: deal.close_date_pushes,
    next_step: deal.next_step,
    next_activity_at: instant(ascending(deal.plannedMs).find((ms) => ms > firedAt)),
    last_meeting_at: instant(ascending(deal.meetingsMs).findLast((ms) => ms <= firedAt)),
    mentions: [],
  };
}

/** HubSpot does not always send a record's page. `0-3` are deals; the portal is named by the webhook that told of it. */
function hubspotPageOf(reference: string, { source, payload }: SignalReceived): string | null {
  const dealId = /^hubspot:(\d+)$/.exec(reference)?.[1];
  const portalId = source === "hubspot" ? String(payload.facts?.portal_id) : "";
  if (dealId === undefined || !/^\d{1,20}$/.test(portalId)) return null;
  return `https://app.hubspot.com/contacts/${portalId}/record/0-3/${dealId}`;
}
