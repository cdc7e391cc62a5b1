// For tests: a CRM that is a table, and signals about visitors. Rule: it answers as a CRM does, and remembers what it was
// asked.
import type { AccountContext } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { signalOf } from "../enrich.fixture.ts";
import type {
  Asker,
  Crm,
  CrmAccount,
  CrmContact,
  CrmDeal,
  CrmDealSummary,
  OpenDeals,
  Read,
} from "../providers/provider.ts";

/** A visit of an anonymous browser, unless told otherwise. */
export function visitOf(changes: Partial<SignalReceived> = {}): SignalReceived {
  return signalOf({
    signal_id: "sig_vvvvvvvvvvvvvvvvvvvvvvvvvv",
    signal_type: "behavioral",
    source: "track",
    subject: "track:anon-b1",
    deal_id: null,
    urgency: "low",
    payload: { event: "page.viewed", facts: { anonymous_id: "b1" } },
    fired_at: "2026-11-21T10:00:00.000Z",
    ...changes,
  });
}

export function accountOf(changes: Partial<AccountContext> = {}): AccountContext {
  return {
    id: "hubspot:300",
    name: "Acme",
    domain: "acme.com",
    employee_count: null,
    industry: null,
    recent_signals: [],
    intent_score: null,
    intent_change_percent: null,
    topics: [],
    other_open_deals: [],
    ...changes,
  };
}

export const ASKER: Asker = { correlationId: "4bf92f3577b34da6a3ce929d0e0e4736", deadlineMs: 1, tell: () => {} };

export function summaryOfDeal(id: string, changes: Partial<CrmDealSummary> = {}): CrmDealSummary {
  return { id: `hubspot:${id}`, name: `Deal ${id}`, amount: null, lastActivityMs: null, createdMs: null, ...changes };
}

export type Book = {
  contacts?: readonly CrmContact[];
  accounts?: readonly CrmAccount[];
  /** By the id of a contact or an account; no prefix tells them apart, so tests use different ids. */
  openDeals?: Readonly<Record<string, readonly CrmDealSummary[]>>;
  complete?: boolean;
};

/** HubSpot as a table, and what it was asked. */
export function crmOf(book: Book): { crm: Crm; asked: string[] } {
  const asked: string[] = [];
  const answer = <Value>(what: string, value: Value | undefined): Promise<Read<Value>> => {
    asked.push(what);
    return Promise.resolve(value === undefined ? { kind: "gone" } : { kind: "found", value });
  };
  const open = (id: string): OpenDeals => ({ deals: book.openDeals?.[id] ?? [], complete: book.complete ?? true });
  const crm: Crm = {
    system: "hubspot",
    deal: (id) => answer<CrmDeal>(`deal ${id}`, undefined),
    account: (id) =>
      answer(
        `account ${id}`,
        book.accounts?.find((one) => one.id === id),
      ),
    contact: (id) =>
      answer(
        `contact ${id}`,
        book.contacts?.find((one) => one.id === id),
      ),
    contactByEmail: (email) =>
      answer(
        `email ${email}`,
        book.contacts?.find((one) => one.email === email),
      ),
    accountByDomain: (domain) =>
      answer(
        `domain ${domain}`,
        book.accounts?.find((one) => one.domain === domain),
      ),
    openDealsOfAccount: (id) => answer(`deals of account ${id}`, open(id)),
    openDealsOfContact: (id) => answer(`deals of contact ${id}`, open(id)),
  };
  return { crm, asked };
}
