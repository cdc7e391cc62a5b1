// Context from HubSpot's CRM: the deal with its company, contacts, owner and open tasks. Rule: the deal that a signal
// names is required; everything else is optional, and a deal that is gone is a fact and not a failure. A signal of a
// contact takes the contact's one open deal as its context; with none or several there is no deal to speak of.
import { createHubspot } from "#connectors/hubspot.ts";
import { associated, type HubspotRecord } from "#connectors/hubspot-records.ts";
import type { DealContext } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { outcomeOf } from "#runtime/failure-outcome.ts";
import type { CallFailure } from "#runtime/http.ts";
import { type Outcome, reject } from "#runtime/outcome.ts";
import { setting } from "#runtime/setting.ts";
import { accountContextOf } from "../hubspot/account-context.ts";
import { dealContextOf } from "../hubspot/deal-context.ts";
import { type Gap, gapOf } from "../hubspot/gap.ts";
import { createReads, type HubspotReads } from "../hubspot/reads.ts";
import { type Found, type Lookup, type Provider, systemOf } from "./provider.ts";

const SYSTEM = "hubspot";
const SECRET = "HUBSPOT_ACCESS_TOKEN";

type DealRead = { deal: HubspotRecord | null; gaps: Gap[] };

const NO_DEAL: DealRead = { deal: null, gaps: [] };
const DEAL_GONE: DealRead = {
  deal: null,
  gaps: [{ missing: "deal_context", reason: "deal not found in HubSpot (deleted or merged)" }],
};

export const hubspot: Provider = {
  system: SYSTEM,
  open(settings, ports) {
    const token = setting(SECRET, settings[SECRET]);
    if (!token.ok) return withoutToken(token.reason);
    const { HUBSPOT_API_URL: apiUrl, HUBSPOT_API_VERSION: apiVersion } = settings;
    const reads = createReads(createHubspot({ apiUrl, apiVersion, accessToken: token.value }, ports));
    return (signal, correlationId) => lookUp(reads, signal, correlationId);
  },
};

/** A signal that names a deal waits as a dead letter for the token; any other goes on without what it would have had. */
function withoutToken(reason: string): Lookup {
  return async (signal) => {
    if (names(signal.deal_id)) return { ok: false, outcome: reject("credentials", reason) };
    const ofContact = signal.deal_id === null && names(signal.contact_id);
    const deal = ofContact ? [{ missing: "deal_context", reason }] : [];
    const account = ofContact || names(signal.account_id) ? [{ missing: "account_context", reason }] : [];
    return found(null, null, [...deal, ...account]);
  };
}

async function lookUp(reads: HubspotReads, signal: SignalReceived, trace: string): Promise<Found> {
  if (names(signal.deal_id)) {
    const id = recordId(signal.deal_id);
    const read = id === null ? null : await reads.deal(id, trace);
    if (read?.ok) return describe(reads, signal, { deal: read.value, gaps: [] }, null, trace);
    if (read === null || read.failure.kind === "not_found") return describe(reads, signal, DEAL_GONE, null, trace);
    return { ok: false, outcome: failed(read.failure) };
  }
  // A deal of another system is not the contact's deal here.
  const contactId = signal.deal_id === null ? recordId(signal.contact_id) : null;
  if (contactId === null) return describe(reads, signal, NO_DEAL, null, trace);
  const contact = await reads.contact(contactId, trace);
  if (!contact.ok) return describe(reads, signal, { deal: null, gaps: gapOf("deal_context", contact) }, null, trace);
  return describe(reads, signal, await readOnlyOpenDeal(reads, contact.value, trace), contact.value, trace);
}

/** The contact's open deal, when it has exactly one; several are no gap, for none of them is the signal's. */
async function readOnlyOpenDeal(reads: HubspotReads, contact: HubspotRecord, trace: string): Promise<DealRead> {
  const deals = await reads.dealsOf(contact, trace);
  if (!deals.ok) return { deal: null, gaps: gapOf("deal_context", deals) };
  const [open, ...others] = deals.value.filter(({ properties }) => properties.hs_is_closed !== "true");
  if (others.length > 0) return NO_DEAL;
  if (!associated(contact, "deals").complete) {
    const reason = "the contact has more deals than were read, so its one open deal is not known";
    return { deal: null, gaps: [{ missing: "deal_context", reason }] };
  }
  if (open === undefined) return NO_DEAL;
  const deal = await reads.deal(open.id, trace);
  return deal.ok ? { deal: deal.value, gaps: [] } : { deal: null, gaps: gapOf("deal_context", deal) };
}

/** Deal and account side by side. The account is the one that the signal names, else the deal's, else the contact's. */
async function describe(
  reads: HubspotReads,
  signal: SignalReceived,
  { deal, gaps }: DealRead,
  contact: HubspotRecord | null,
  trace: string,
): Promise<Found> {
  const companyOf = (record: HubspotRecord | null) => record && associated(record, "companies").primary;
  const companyId = recordId(signal.account_id) ?? companyOf(deal) ?? companyOf(contact);
  const [around, company] = await Promise.all([
    deal === null ? null : reads.surroundings(deal, trace),
    companyId === null ? null : reads.company(companyId, trace),
  ]);
  const described = deal === null || around === null ? null : dealContextOf(deal, around, signal);
  const account = company?.ok ? accountContextOf(company.value, signal) : null;
  const allGaps = [...gaps, ...(described?.gaps ?? []), ...gapOf("account_context", company)];
  return found(described?.context ?? null, account, allGaps);
}

function found(deal: DealContext | null, account: ReturnType<typeof accountContextOf> | null, gaps: Gap[]): Found {
  const slowDown = gaps.find(({ failure }) => failure?.kind === "unavailable" && failure.status === 429)?.failure;
  const degraded = gaps.map(({ missing, reason }) => ({ missing, reason: reason.slice(0, 500) }));
  return {
    ok: true,
    context: { deal_context: deal, account_context: account, degraded },
    waiting: slowDown === undefined ? null : failed(slowDown),
  };
}

function failed(failure: CallFailure): Outcome {
  return outcomeOf(failure, "HubSpot", SECRET);
}

function names(reference: string | null): boolean {
  return reference !== null && systemOf(reference) === SYSTEM;
}

/** `332507367156` of `hubspot:332507367156`; null for another system and for what can't be an id of HubSpot. */
function recordId(reference: string | null): string | null {
  return /^hubspot:(\d{1,20})$/.exec(reference ?? "")?.[1] ?? null;
}
