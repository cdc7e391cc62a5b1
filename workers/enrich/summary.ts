// One sentence for the trail: what enrichment found. Rule: it states facts in the order a rep asks for them.
import type { AccountContext, DealContext, Owner, SignalEnriched } from "#contract/signal-enriched.ts";
import { daysSince } from "./days.ts";

/**
 * For example `stage qualifiedtobuy; idle for 12 days; closes in 18; competitor Globex named 2 days before; 2 open tasks;
 * owner Ana Duarte (18:40 in Europe/Lisbon); account Acme, intent 72, up 30 % in 30 days`.
 */
export function summaryOf(signal: SignalEnriched, raisedBecause: string | null): string {
  const { deal_context: deal, account_context: account, degraded } = signal;
  const parts =
    deal === null ? [signal.deal_status === "gone" ? "the deal is gone" : "no deal"] : dealParts(deal, signal);
  if (account !== null) parts.push(...accountParts(account));
  if (raisedBecause !== null) parts.push(`raised to ${signal.urgency}: ${raisedBecause}`);
  if (degraded.length > 0) parts.push(`missing ${degraded.map(({ missing }) => missing).join(", ")}`);
  return parts.join("; ");
}

function dealParts(deal: DealContext, signal: SignalEnriched): string[] {
  const { resolution, deal_status: status } = signal;
  const firedAt = Date.parse(signal.fired_at);
  const parts: string[] = [];
  if (resolution !== null) parts.push(`${deal.id} by ${resolution.rule} from ${resolution.from}`);
  if (status === "merged") parts.push(`merged into ${deal.id}`);
  parts.push(`stage ${deal.stage ?? "unknown"}`);
  if (!deal.is_open) parts.push(deal.is_won ? "won" : "lost");
  if (deal.last_activity_days_ago !== null) parts.push(`idle for ${counted(deal.last_activity_days_ago, "day")}`);
  if (deal.is_open && deal.days_to_close !== null) {
    parts.push(deal.days_to_close < 0 ? `overdue by ${-deal.days_to_close}` : `closes in ${deal.days_to_close}`);
  }
  const competitor = deal.mentions.find(({ kind }) => kind === "competitor");
  if (competitor !== undefined) {
    const days = daysSince(Date.parse(competitor.mentioned_at), firedAt);
    parts.push(`competitor ${competitor.name} named ${days === 0 ? "that day" : `${counted(days, "day")} before`}`);
  }
  parts.push(counted(deal.open_tasks.length, "open task"));
  parts.push(deal.owner === null ? "no owner known" : `owner ${deal.owner.name}${hourOf(deal.owner, firedAt)}`);
  return parts;
}

function accountParts({ name, intent_score: score, intent_change_percent: change }: AccountContext): string[] {
  const parts = name === null ? [] : [`account ${name}`];
  if (score !== null) parts.push(`intent ${score}`);
  if (score !== null && change !== null && change !== 0) {
    parts.push(`${change > 0 ? "up" : "down"} ${Math.abs(Math.round(change))} % in 30 days`);
  }
  return parts.length === 0 ? [] : [parts.join(", ")];
}

/** What the owner's clock showed; nothing where the CRM names a time zone that this runtime does not know. */
function hourOf({ time_zone: timeZone }: Owner, at: number): string {
  if (timeZone === null) return "";
  try {
    const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
    return ` (${clock.format(at)} in ${timeZone})`;
  } catch {
    return "";
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
