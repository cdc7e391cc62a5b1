// Reads the deal and the account that something is about and tells them as of one moment. Rules: a deal that is gone or
// merged is a fact; only a deal that could not be read stops its signal, and only where the signal names it; all other
// failures are gaps.
import type { AccountContext, DealContext, SignalEnriched } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { type Outcome, reject } from "#runtime/outcome.ts";
import { accountContextOf } from "./account-context.ts";
import { dealContextOf } from "./deal-context.ts";
import type { OpenCrms } from "./open-crms.ts";
import { completed, type People } from "./people.ts";
import type { Asker, CrmDeal, CrmDealSummary, Gap, Read } from "./providers/provider.ts";
import { systemOf } from "./providers/provider.ts";
import { gapOf, recordIn } from "./read.ts";

/** What something is about, as references, and whether it can't do without the deal. */
export type About = {
  dealId: string | null;
  accountId: string | null;
  otherOpenDeals: readonly CrmDealSummary[];
  dealRequired: boolean;
};

export type Description = {
  deal_status: SignalEnriched["deal_status"];
  deal_context: DealContext | null;
  account_context: AccountContext | null;
  gaps: readonly Gap[];
};
export type Described = { ok: true; description: Description } | { ok: false; outcome: Outcome };

/** Never throws. `people` completes the owner. */
export async function describe(
  about: About,
  signal: SignalReceived,
  open: OpenCrms,
  people: People,
  asker: Asker,
): Promise<Described> {
  const { dealId, accountId } = about;
  // A deal's own account serves where the signal's is in a system that no CRM reads, such as `domain:acme.com`.
  const known = accountId !== null && open.crms.has(systemOf(accountId)) ? accountId : null;
  const [deal, ownAccount] = await Promise.all([
    dealId === null ? null : open.crms.get(systemOf(dealId))?.deal(dealId, asker),
    known === null ? null : open.crms.get(systemOf(known))?.account(known, asker),
  ]);
  const gaps: Gap[] = [];
  if (dealId !== null && deal === undefined) {
    const { reason, known: closed } = open.whyClosed(dealId);
    if (closed && about.dealRequired) return { ok: false, outcome: reject("credentials", reason) };
    gaps.push({ missing: "deal_context", reason });
  }
  if (dealId !== null && deal?.kind === "failed") {
    if (about.dealRequired) return { ok: false, outcome: open.outcomeOf(deal.failure, dealId) };
    gaps.push(...gapOf("deal_context", deal, ""));
  }
  const found = recordIn(deal ?? null);
  const dealAccountId = found?.accountId ?? null;
  const account =
    ownAccount ??
    (dealAccountId === null ? null : await open.crms.get(systemOf(dealAccountId))?.account(dealAccountId, asker));
  if (accountId !== null && known === null && !account) {
    gaps.push({ missing: "account_context", reason: open.whyClosed(accountId).reason });
  }
  gaps.push(...(found?.gaps ?? []), ...gapOf("account_context", account ?? null, "the CRM"));
  const foundAccount = recordIn(account ?? null);
  const context = found === null ? null : dealContextOf(found, signal);
  return {
    ok: true,
    description: {
      deal_status: statusOf(deal ?? null, about, signal),
      deal_context: context?.owner ? { ...context, owner: completed(context.owner, people) } : context,
      account_context: foundAccount && accountContextOf(foundAccount, signal, about.otherOpenDeals),
      gaps,
    },
  };
}

/** `merged` also where the alias of a merge led here before the CRM could say so. */
function statusOf(deal: Read<CrmDeal> | null, { dealId }: About, signal: SignalReceived): Description["deal_status"] {
  if (deal === null || deal.kind === "failed") return null;
  if (deal.kind === "found" && signal.deal_id !== null && dealId !== signal.deal_id) {
    // Salesforce's ids of 15 and of 18 characters are one id.
    return dealId?.startsWith(signal.deal_id) && dealId.startsWith("salesforce:") ? "found" : "merged";
  }
  return deal.kind;
}
