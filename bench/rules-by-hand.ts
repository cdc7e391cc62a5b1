// The conditions of the rules that ship, written by hand in TypeScript: what bench/rules.ts measures the rule engine
// against. Rule: the same answers; the bench is worth nothing otherwise.
import type { DealContact, SignalEnriched } from "#contract/signal-enriched.ts";

const DAY_MS = 86_400_000;

function mailable(contacts: readonly DealContact[]): DealContact[] {
  const optedOut = new Set(contacts.filter(({ opted_out }) => opted_out).map(({ email }) => email?.toLowerCase()));
  return contacts.filter(({ email }) => email !== null && !optedOut.has(email.toLowerCase()));
}

/** How many rules fire. */
export function firesByHand({
  payload,
  deal_context: deal,
  account_context: account,
  ...signal
}: SignalEnriched): number {
  const { event } = payload;
  const open = deal?.is_open === true;
  const stageChanged = event === "deal.stage_changed";
  const won = deal === null ? payload.new_value === "closedwon" : !deal.is_open && deal.is_won;
  const lost = deal === null ? payload.new_value === "closedlost" : !deal.is_open && !deal.is_won;
  if (stageChanged && (won || lost)) return 1;
  let fires = 0;
  if (event === "intent.surged" && (open || (deal === null && account?.other_open_deals.length === 0))) fires += 1;
  if (deal === null || !open) return fires;
  const unreadable = (part: string) => signal.degraded.some(({ missing }) => missing.startsWith(part));
  const stages = deal.stage_history.map(({ stage }) => stage);
  const present = stages.pop();
  if (stageChanged && present !== undefined && stages.at(-1) !== present && stages.includes(present)) fires += 1;
  if (event === "contact.removed_from_deal" || event === "contact.employer_changed") fires += 1;
  if (event === "contact.title_changed" || event === "contact.buying_role_changed") {
    const contact = deal.contacts.find(({ id }) => id === signal.contact_id);
    if (/champion|decision|economic|sponsor/.test(contact?.role?.toLowerCase() ?? "")) fires += 1;
  }
  if (event === "deal.close_date_changed" && (deal.close_date_pushes ?? 0) >= 2) fires += 1;
  const pricing = /\/pricing|\/plans/.test(payload.url ?? "");
  if (event === "page.viewed" && pricing && signal.contact_id !== null) fires += 1;
  const subjects = deal.open_tasks.map(({ subject }) => subject.toLowerCase());
  const named = [...(payload.competitors ?? []), ...deal.competitors_mentioned];
  if (named.some((name) => !subjects.some((subject) => subject.includes(name.toLowerCase())))) fires += 1;
  if (event === "contact.added_to_deal") fires += 1;
  const { days_to_close: days, last_activity_days_ago: quiet } = deal;
  const due = days !== null && days >= 0 && days <= 21 && quiet !== null && quiet > 10;
  if (signal.signal_type !== "call_complete" && due && mailable(deal.contacts).length > 0 && deal.owner?.email)
    fires += 1;
  const idle = deal.next_activity_at === null && deal.open_tasks.length === 0;
  const sinceMeeting = Date.parse(signal.fired_at) - Date.parse(deal.last_meeting_at ?? signal.fired_at);
  const met = sinceMeeting > 2 * DAY_MS && sinceMeeting < 10 * DAY_MS;
  if (idle && met && !unreadable("deal_context.open_tasks") && ((quiet ?? 0) + 2) * DAY_MS > sinceMeeting) fires += 1;
  const hasMoved = stageChanged || event === "call.completed";
  if (hasMoved && idle && deal.next_step === null && !unreadable("deal_context")) fires += 1;
  return fires;
}
