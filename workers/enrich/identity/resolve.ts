// From what a signal names to the contact, the account and the open deal that it is about. Rules: a deal that the signal
// names is never replaced; a person's own open deals come before those of the account; several are decided by
// choose-deal.ts; what could not be asked is a gap, and the signal goes on without it.
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import type { Asker, Crm, CrmContact, CrmDealSummary, Crms, Gap, OpenDeals, Read } from "../providers/provider.ts";
import { systemOf } from "../providers/provider.ts";
import type { Aliases } from "./aliases.ts";
import { chooseDeal } from "./choose-deal.ts";
import { type Clues, cluesOf } from "./clues.ts";
import { companyDomains } from "./domain.ts";

export type Resolved = {
  /** References; null when there is none. */
  dealId: string | null;
  accountId: string | null;
  contactId: string | null;
  /** Null when the signal names the deal itself. */
  resolution: SignalEnriched["resolution"];
  otherOpenDeals: readonly CrmDealSummary[];
  /** What could not be found out. */
  gaps: readonly Gap[];
  clues: Clues;
};

/** What was found so far; each step adds to it. */
type Person = Pick<Resolved, "accountId" | "contactId" | "gaps">;

/** Never throws. `aliases` knows what `referencesIn` of the signal names. */
export async function resolve(signal: SignalReceived, crms: Crms, aliases: Aliases, asker: Asker): Promise<Resolved> {
  const clues = cluesOf(signal, aliases);
  const { dealId, accountId, contactId } = clues;
  const nothing = { dealId, accountId, contactId, resolution: null, otherOpenDeals: [], gaps: [], clues };
  if (dealId !== null) return nothing;
  const contact = await findContact(clues, crms, asker);
  const person: Person = {
    contactId: contact.value?.id ?? contactId,
    accountId: accountId ?? contact.value?.accountId ?? null,
    gaps: contact.gaps,
  };
  const from = clues.alias?.reference ?? person.contactId ?? person.accountId ?? clues.host ?? signal.subject;
  const own = contact.value === null ? null : await openDeals(contact.value.id, "contact", crms, asker);
  if (own !== null && own.deals.length > 0) return { ...nothing, ...person, ...decided("contact", own, from, person) };

  const account =
    person.accountId === null ? await findAccount(clues, crms, asker) : { id: person.accountId, gaps: [] };
  const known: Person = {
    ...person,
    accountId: account.id,
    gaps: [...person.gaps, ...(own?.gaps ?? []), ...account.gaps],
  };
  const ofAccount = account.id === null ? null : await openDeals(account.id, "account", crms, asker);
  if (ofAccount === null) return { ...nothing, ...known };
  return { ...nothing, ...known, ...decided("account", ofAccount, from, known) };
}

type Deals = { deals: readonly CrmDealSummary[]; complete: boolean; gaps: readonly Gap[] };

/** The rules' names: `contact_of_one_open_deal`, `newest_activity_of_account` and so on. */
function decided(whose: "contact" | "account", { deals, complete, gaps }: Deals, from: string, person: Person) {
  const [deal, otherOpenDeals] = chooseDeal(deals);
  const unread = { missing: "account_context.other_open_deals", reason: `the ${whose} has more deals than were read` };
  const rule = otherOpenDeals.length === 0 && complete ? `${whose}_of_one_open_deal` : `newest_activity_of_${whose}`;
  return {
    dealId: deal?.id ?? null,
    otherOpenDeals,
    resolution: deal === undefined ? null : { rule, from },
    gaps: [...person.gaps, ...gaps, ...(complete ? [] : [unread])],
  };
}

/** By its id, else by its address in the first CRM that knows it. */
async function findContact(clues: Clues, crms: Crms, asker: Asker): Promise<{ value: CrmContact | null; gaps: Gap[] }> {
  const { contactId, email } = clues;
  if (contactId !== null) {
    const crm = crms.get(systemOf(contactId));
    return crm === undefined
      ? { value: null, gaps: [] }
      : answerOf(await crm.contact(contactId, asker), "deal_context");
  }
  if (email === null) return { value: null, gaps: [] };
  return firstOf(crms, "deal_context", (crm) => crm.contactByEmail(email, asker));
}

/** By the company's domain, the longest that a CRM knows. */
async function findAccount({ host }: Clues, crms: Crms, asker: Asker): Promise<{ id: string | null; gaps: Gap[] }> {
  const gaps: Gap[] = [];
  for (const domain of host === null ? [] : companyDomains(host)) {
    const found = await firstOf(crms, "account_context", (crm) => crm.accountByDomain(domain, asker));
    gaps.push(...found.gaps);
    if (found.value !== null) return { id: found.value.id, gaps };
  }
  return { id: null, gaps: gaps.slice(0, 1) };
}

async function openDeals(id: string, whose: "contact" | "account", crms: Crms, asker: Asker): Promise<Deals | null> {
  const crm = crms.get(systemOf(id));
  if (crm === undefined) return null;
  const read = whose === "contact" ? crm.openDealsOfContact(id, asker) : crm.openDealsOfAccount(id, asker);
  const { value, gaps } = answerOf<OpenDeals>(await read, "deal_context");
  return { deals: value?.deals ?? [], complete: value?.complete ?? true, gaps };
}

/** Asks the CRMs in their order, one after the other: most deployments have one. */
async function firstOf<Value>(crms: Crms, missing: string, read: (crm: Crm) => Promise<Read<Value>>) {
  const gaps: Gap[] = [];
  for (const crm of crms.values()) {
    const found = answerOf(await read(crm), missing);
    if (found.value !== null) return found;
    gaps.push(...found.gaps);
  }
  return { value: null, gaps };
}

/** Gone is a fact and no gap. */
function answerOf<Value>(read: Read<Value>, missing: string): { value: Value | null; gaps: Gap[] } {
  if (read.kind === "found" || read.kind === "merged") return { value: read.value, gaps: [] };
  if (read.kind === "gone") return { value: null, gaps: [] };
  return { value: null, gaps: [{ missing, reason: read.failure.reason, failure: read.failure }] };
}
