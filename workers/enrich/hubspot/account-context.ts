// A HubSpot company as the canonical context of an account. Rule: as for a deal, what makes no sense is null.
import type { HubspotRecord } from "#connectors/hubspot-records.ts";
import type { AccountContext } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { numberOf, textOf } from "./property.ts";

/** The intent score is the signal's own, when it is about intent. */
export function accountContextOf(company: HubspotRecord, signal: SignalReceived): AccountContext {
  const employees = numberOf(company, "numberofemployees");
  return {
    id: `hubspot:${company.id}`,
    name: textOf(company, "name", 500),
    domain: textOf(company, "domain", 253),
    employee_count: Number.isSafeInteger(employees) ? employees : null,
    industry: textOf(company, "industry", 200),
    recent_signals: [],
    intent_score: signal.signal_type === "intent" ? (signal.payload.score ?? null) : null,
  };
}
