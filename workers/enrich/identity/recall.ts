// What is remembered about the deals and accounts of a batch, told to each signal as of its time. Rules: nothing later
// than the signal and not the signal itself; the same memory gives the same context; a memory that does not answer is a
// named gap and stops nothing.
import type { AccountContext, DealContext } from "#contract/signal-enriched.ts";
import { MAX_RECENT, RECENT_DAYS, type RecentSignal } from "../activity.ts";
import { type EventCounts, INTENT_DAYS, intentOf } from "../intent-score.ts";
import { MENTION_DAYS, mentionsOf, newestMentions } from "../mentions.ts";
import type { Gap } from "../providers/provider.ts";
import { kindReference } from "./aliases.ts";
import { companyKeyOf, type Found } from "./lesson.ts";
import type { ActivityWindow, Memory, MentionWindow, Seen } from "./memory.ts";

const DAY_MS = 86_400_000;
const MAX_COMPETITORS = 100;

export type Told = {
  deal(context: DealContext): DealContext;
  account(context: AccountContext): AccountContext;
  gaps: readonly Gap[];
};

/** One answer for each of the batch, in its order. Never throws. */
export async function recall(batch: readonly Found[], memory: Memory): Promise<readonly Told[]> {
  try {
    const windows = once(batch.flatMap((found) => [...windowsOf(found, "now"), ...windowsOf(found, "before")]));
    const deals = once(batch.flatMap(dealWindowOf));
    const [activity, mentions, intent] = await Promise.all([
      memory.activity([...windows.values()]),
      memory.mentions([...deals.values()]),
      memory.intent(batch.flatMap((found) => domainOf(found) ?? [])),
    ]);
    const seenIn = new Map([...windows.keys()].map((key, at) => [key, activity[at]]));
    const mentionedIn = new Map([...deals.keys()].map((key, at) => [key, mentions[at]]));
    return batch.map((found): Told => {
      const seen = (when: When) => windowsOf(found, when).flatMap((window) => seenIn.get(keyOf(window)) ?? []);
      const before = dealWindowOf(found).flatMap((window) => mentionedIn.get(keyOf(window)) ?? []);
      const score = intentOf(
        intent.get(domainOf(found) ?? "") ?? [],
        countsOf(seen("now")),
        countsOf(seen("before")),
        Date.parse(found.signal.fired_at),
      );
      return {
        gaps: [],
        deal: (context) => withMentions(context, found, before),
        account: (context) => ({
          ...context,
          ...score,
          intent_score: score.intent_score ?? context.intent_score,
          recent_signals: newest(seen("now")),
        }),
      };
    });
  } catch (error) {
    return batch.map((found) => forgotten(found, `D1 did not answer: ${String(error)}`.slice(0, 500)));
  }
}

type When = "now" | "before";

/** The 30 days before the signal or the 30 before those, under each name of the account. */
function windowsOf(found: Found, when: When): ActivityWindow[] {
  const { signal, accountId } = found;
  const company = companyKeyOf(found);
  if (accountId === null || company === null) return [];
  const from = daysBefore(signal, when === "now" ? RECENT_DAYS : RECENT_DAYS + INTENT_DAYS);
  const to = when === "now" ? signal.fired_at : daysBefore(signal, RECENT_DAYS);
  return [...new Set([company, kindReference("account", accountId)])].map((account) => ({ account, from, to }));
}

function dealWindowOf({ signal, dealId }: Found): MentionWindow[] {
  return dealId === null ? [] : [{ deal: dealId, from: daysBefore(signal, MENTION_DAYS), to: signal.fired_at }];
}

function daysBefore({ fired_at: firedAt }: Found["signal"], days: number): string {
  return new Date(Date.parse(firedAt) - days * DAY_MS).toISOString();
}

/** Ten signals of one moment ask once. */
function once<Window>(windows: readonly Window[]): ReadonlyMap<string, Window> {
  return new Map(windows.map((window) => [keyOf(window), window]));
}

function keyOf(window: unknown): string {
  return JSON.stringify(window);
}

function countsOf(seen: readonly Seen[]): EventCounts {
  const counts: Record<string, number> = {};
  for (const [event, count] of seen.flatMap((one) => Object.entries(one.counts))) {
    counts[event] = (counts[event] ?? 0) + count;
  }
  return counts;
}

function newest(seen: readonly Seen[]): AccountContext["recent_signals"] {
  const key = (one: RecentSignal) => `${one.fired_at} ${one.signal_id}`;
  const recent = seen.flatMap((one) => one.recent).toSorted((a, b) => (key(a) < key(b) ? 1 : -1));
  return recent.slice(0, MAX_RECENT);
}

function domainOf(found: Found): string | null {
  const company = companyKeyOf(found);
  return company?.startsWith("domain:") ? company.slice("domain:".length) : null;
}

function withMentions(context: DealContext, { signal, dealId }: Found, before: DealContext["mentions"]): DealContext {
  const mentions = newestMentions([...before, ...mentionsOf(signal, dealId)]);
  const competitors = mentions.filter(({ kind }) => kind === "competitor").map(({ name }) => name);
  const known = [...new Set([...context.competitors_mentioned, ...competitors])];
  return { ...context, mentions, competitors_mentioned: known.slice(0, MAX_COMPETITORS) };
}

function forgotten(found: Found, reason: string): Told {
  const deal = found.dealId === null ? [] : ["deal_context.mentions"];
  const account = found.accountId === null ? [] : ["account_context.recent_signals", "account_context.intent_score"];
  return {
    gaps: [...deal, ...account].map((missing) => ({ missing, reason })),
    deal: (context) => withMentions(context, found, []),
    account: (context) => context,
  };
}
