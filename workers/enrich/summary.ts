// One sentence for the trail: what enrichment found. Rule: it states facts in the order a rep asks for them.
import type { DealContext, SignalEnriched } from "#contract/signal-enriched.ts";

/** For example `stage qualifiedtobuy; idle for 14 days; closes in 12; 1 open task; owner Ana Duarte`. */
export function summaryOf(signal: SignalEnriched, raisedBecause: string | null): string {
  const { deal_context: deal, account_context: account, degraded } = signal;
  const parts =
    deal === null ? [signal.deal_status === "gone" ? "the deal is gone" : "no deal"] : dealParts(deal, signal);
  if (account?.name) parts.push(`account ${account.name}`);
  if (raisedBecause !== null) parts.push(`raised to ${signal.urgency}: ${raisedBecause}`);
  if (degraded.length > 0) parts.push(`missing ${degraded.map(({ missing }) => missing).join(", ")}`);
  return parts.join("; ");
}

function dealParts(deal: DealContext, { resolution, deal_status: status }: SignalEnriched): string[] {
  const parts: string[] = [];
  if (resolution !== null) parts.push(`${deal.id} by ${resolution.rule} from ${resolution.from}`);
  if (status === "merged") parts.push(`merged into ${deal.id}`);
  parts.push(`stage ${deal.stage ?? "unknown"}`);
  if (!deal.is_open) parts.push(deal.is_won ? "won" : "lost");
  if (deal.last_activity_days_ago !== null) parts.push(`idle for ${counted(deal.last_activity_days_ago, "day")}`);
  if (deal.is_open && deal.days_to_close !== null) {
    parts.push(deal.days_to_close < 0 ? `overdue by ${-deal.days_to_close}` : `closes in ${deal.days_to_close}`);
  }
  parts.push(counted(deal.open_tasks.length, "open task"));
  parts.push(deal.owner === null ? "no owner known" : `owner ${deal.owner.name}`);
  return parts;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
