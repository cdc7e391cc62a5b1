// An enriched signal to start a test from: a small change on a healthy open deal, on a Friday. A test overrides only
// what it is about.
import type { Event } from "#contract/envelope.ts";
import type { AccountContext, DealContact, DealContext, SignalEnriched } from "#contract/signal-enriched.ts";
import type { SignalFacts } from "#contract/signal-received.ts";

type Overrides = Partial<Omit<SignalEnriched, "payload" | "deal_context" | "account_context">> & {
  payload?: Partial<SignalFacts>;
  /** Null: nothing is known of a deal. */
  deal?: Partial<DealContext> | null;
  /** Left out: nothing is known of an account. */
  account?: Partial<AccountContext>;
};

export const DANA: DealContact = {
  id: "hubspot:501",
  name: "Dana Reyes",
  email: "dana@acme.test",
  title: "CFO",
  opted_out: false,
  role: null,
};

const DEAL: DealContext = {
  id: "hubspot:332507367156",
  name: "Acme renewal",
  url: "https://app.hubspot.com/contacts/48975575/record/0-3/332507367156",
  stage: "contractsent",
  pipeline: "default",
  amount: 12_500,
  owner: { id: "hubspot:77", name: "Sam Rep", email: "sam@dealwire.test", time_zone: "Europe/Lisbon", manager: null },
  is_open: true,
  is_won: false,
  days_in_stage: 4,
  last_activity_days_ago: 2,
  close_date: "2026-12-04",
  days_to_close: 14,
  open_tasks: [],
  competitors_mentioned: [],
  contacts: [DANA],
  stage_history: [],
  close_date_pushes: 0,
  next_step: "Send the contract",
  next_activity_at: null,
  last_meeting_at: null,
  mentions: [],
};

const ACCOUNT: AccountContext = {
  id: "hubspot:900",
  name: "Acme",
  domain: "acme.test",
  employee_count: 120,
  industry: "software",
  recent_signals: [],
  intent_score: null,
  intent_change_percent: null,
  topics: [],
  other_open_deals: [],
};

export function enriched({ payload, deal, account, ...fields }: Overrides = {}): SignalEnriched {
  return {
    signal_id: "sig_aaaaaaaaaaaaaaaaaaaaaaaaaa",
    signal_type: "crm_event",
    source: "hubspot",
    subject: "hubspot:332507367156",
    account_id: "hubspot:900",
    deal_id: "hubspot:332507367156",
    contact_id: null,
    urgency: "standard",
    confidence: 1,
    fired_at: "2026-11-20T10:00:00.000Z",
    received_at: "2026-11-20T10:00:01.000Z",
    raw_ref: null,
    resolution: null,
    deal_status: deal === null ? null : "found",
    degraded: [],
    enriched_at: "2026-11-20T10:00:02.000Z",
    ...fields,
    payload: { event: "deal.property_changed", property: "description", new_value: "x", ...payload },
    deal_context: deal === null ? null : { ...DEAL, ...deal },
    account_context: account === undefined ? null : { ...ACCOUNT, ...account },
  };
}

/** The signal as it arrives on `enriched`. */
export function enrichedEvent(payload: SignalEnriched): Event<SignalEnriched> {
  return {
    event_id: "019a0000-0000-7000-8000-000000000001",
    topic: "signal.enriched",
    schema_version: 2,
    priority: payload.urgency,
    correlation_id: "0123456789abcdef0123456789abcdef",
    causation_id: null,
    attempt: 1,
    published_at: "2026-11-20T10:00:02.000Z",
    payload,
  };
}
