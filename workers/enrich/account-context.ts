// A CRM's account as the canonical context of one signal. Rule: the CRM knows the company; what the company does is for
// the stores of activity and intent to say.
import type { AccountContext } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import type { CrmAccount, CrmDealSummary } from "./providers/provider.ts";

/** The contract takes 50. */
const MAX_DEALS = 50;

/** The intent score is the signal's own, when it is about intent. */
export function accountContextOf(
  account: CrmAccount,
  signal: SignalReceived,
  otherOpenDeals: readonly CrmDealSummary[],
): AccountContext {
  return {
    id: account.id,
    name: account.name,
    domain: account.domain,
    employee_count: account.employeeCount,
    industry: account.industry,
    recent_signals: [],
    intent_score: signal.signal_type === "intent" ? (signal.payload.score ?? null) : null,
    intent_change_percent: null,
    topics: [],
    other_open_deals: otherOpenDeals.slice(0, MAX_DEALS).map(({ id, name, amount }) => ({ id, name, amount })),
  };
}
