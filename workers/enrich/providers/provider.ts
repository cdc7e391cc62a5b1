// What a CRM offers to enrichment: reads, each answered with a fact (found, merged, gone) or the failure of its call.
// Rules: a CRM finds and never decides; what it says is the same for every signal, so nothing in it counts days or knows
// a signal; within a batch nothing is asked twice.
import type { TokenPorts } from "#connectors/access-token.ts";
import type { Owner, SignalEnriched } from "#contract/signal-enriched.ts";
import type { CallFailure } from "#runtime/http.ts";

export type CrmSystem = "hubspot" | "salesforce";

/** A part of the context that could not be had, and why. `missing` is a path, for example `deal_context.contacts`. */
export type Gap = {
  missing: string;
  reason: string;
  /** The failed call, where there was one. */
  failure?: CallFailure;
};

export type Read<Value> =
  | { kind: "found"; value: Value }
  /** The record lives on under another id: `value` is the survivor, with its own id. */
  | { kind: "merged"; value: Value }
  /** Deleted, or never there. */
  | { kind: "gone" }
  | { kind: "failed"; failure: CallFailure };

type DealContext = NonNullable<SignalEnriched["deal_context"]>;

/** A deal as the CRM has it. Ids are references (`hubspot:100`), times epoch milliseconds, texts cut as the contract takes them. */
export type CrmDeal = Pick<
  DealContext,
  "id" | "name" | "url" | "stage" | "pipeline" | "amount" | "is_open" | "is_won"
> &
  Pick<DealContext, "open_tasks" | "contacts" | "stage_history" | "close_date" | "close_date_pushes" | "next_step"> & {
    owner: Owner | null;
    /** The deal's account; null when it has none. */
    accountId: string | null;
    stageEnteredMs: number | null;
    /** A deal that nobody ever touched is idle since it was created. */
    lastActivityMs: number | null;
    /** What is in the calendar, and meetings: past and to come, for what is next goes by the signal's own moment. */
    plannedMs: readonly number[];
    meetingsMs: readonly number[];
    /** What could not be read of it. */
    gaps: readonly Gap[];
  };

export type CrmAccount = {
  id: string;
  name: string | null;
  domain: string | null;
  employeeCount: number | null;
  industry: string | null;
};

export type CrmContact = {
  id: string;
  email: string | null;
  accountId: string | null;
};

export type CrmDealSummary = {
  id: string;
  name: string;
  amount: number | null;
  lastActivityMs: number | null;
  createdMs: number | null;
};

/** Open deals in the order of their ids. */
export type OpenDeals = {
  deals: readonly CrmDealSummary[];
  /** False when there are more deals than were read, so that "the only one" can't be said. */
  complete: boolean;
};

/** A CRM answers a read in well under a second; what takes longer is not coming. */
export const CALL_TIMEOUT_MS = 5_000;

/** One thing that a signal asked a CRM for, as the trail tells it. */
export type ProviderCall = { system: CrmSystem; what: string; ms: number; from: "cache" | "call" };

/** On whose behalf a read happens. */
export type Asker = {
  /** W3C trace-id, sent as `traceparent` by the call that the read makes. */
  correlationId: string;
  /** Epoch ms after which no further read is begun for this signal; the read then fails as unanswered. */
  deadlineMs: number;
  /** Hears of every read. */
  tell(call: ProviderCall): void;
};

/**
 * One CRM, opened for one batch. Takes references of its own system (`salesforce:006…`); one that can't be an id of the
 * system is `gone` without a call. Never throws. Which of several matches a search answers is stable: the lowest id.
 */
export type Crm = {
  system: CrmSystem;
  deal(id: string, asker: Asker): Promise<Read<CrmDeal>>;
  account(id: string, asker: Asker): Promise<Read<CrmAccount>>;
  contact(id: string, asker: Asker): Promise<Read<CrmContact>>;
  /** `gone` when nobody has the address. */
  contactByEmail(email: string, asker: Asker): Promise<Read<CrmContact>>;
  /** `gone` when no account has the domain, which is a registrable one in lower case. */
  accountByDomain(domain: string, asker: Asker): Promise<Read<CrmAccount>>;
  openDealsOfAccount(accountId: string, asker: Asker): Promise<Read<OpenDeals>>;
  openDealsOfContact(contactId: string, asker: Asker): Promise<Read<OpenDeals>>;
};

/** The CRMs whose secrets are set, by system. */
export type Crms = ReadonlyMap<string, Crm>;

/** The variables that providers read; an empty one is not set. */
export type ProviderSettings = Readonly<
  Record<
    | "HUBSPOT_API_URL"
    | "HUBSPOT_API_VERSION"
    | "HUBSPOT_ACCESS_TOKEN"
    | "SALESFORCE_LOGIN_URL"
    | "SALESFORCE_API_VERSION"
    | "SALESFORCE_CLIENT_ID"
    | "SALESFORCE_USERNAME"
    | "SALESFORCE_PRIVATE_KEY",
    string
  >
>;

/** A CRM without its settings is not opened; the reason names the variable. */
export type Opened = { ok: true; crm: Crm } | { ok: false; reason: string };

/** A plain value in one file, with its test and one line in registry.ts. */
export type Provider = {
  system: CrmSystem;
  /** The system's name for people, and the variable that holds its credentials: a dead letter names both. */
  title: string;
  secret: keyof ProviderSettings;
  /** Called once a batch; what its reads remember lives as long as the batch. */
  open(settings: ProviderSettings, ports: TokenPorts): Opened;
};

/** The system of a reference: `hubspot` of `hubspot:332507367156`. */
export function systemOf(reference: string): string {
  return reference.slice(0, reference.indexOf(":"));
}
