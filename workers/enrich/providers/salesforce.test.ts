// Context from Salesforce: what is found, what is missing and said so, and what stops a signal.
import { beforeAll, describe, expect, test } from "vitest";
import { testKeyPair } from "#connectors/test-key-file.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { describe as describeAbout } from "../describe.ts";
import { askerOf, SETTINGS as HUBSPOT_SETTINGS, signalOf, TRACE } from "../enrich.fixture.ts";
import { openCrms } from "../open-crms.ts";
import {
  ACCOUNT,
  CONTACT,
  DEAL,
  FORMER_ACCOUNT,
  FORMER_CONTACT,
  fakeSalesforce,
  type Org,
  type OrgFault,
  org,
} from "../salesforce/org.fixture.ts";
import { conforms } from "./conformance.ts";
import { createSalesforceProvider } from "./salesforce.ts";

const SETTINGS = {
  ...HUBSPOT_SETTINGS,
  HUBSPOT_ACCESS_TOKEN: "",
  SALESFORCE_CLIENT_ID: "3MVG9.x",
  SALESFORCE_USERNAME: "dealwire@us.com",
  SALESFORCE_PRIVATE_KEY: "",
};
beforeAll(async () => {
  SETTINGS.SALESFORCE_PRIVATE_KEY = (await testKeyPair()).privateKey;
});

conforms(createSalesforceProvider(new Map()), {
  settings: SETTINGS,
  known: {
    deal: `salesforce:${DEAL}`,
    account: `salesforce:${ACCOUNT}`,
    contact: `salesforce:${CONTACT}`,
    email: "ben@acme.com",
    domain: "acme.com",
  },
  unknownDeal: "salesforce:006200000000009AAA",
  healthy: () => fakeSalesforce(org()),
});

const signal = signalOf({ subject: `salesforce:${DEAL}`, deal_id: `salesforce:${DEAL}`, source: "salesforce" });

async function lookUp(about: SignalReceived, data: Org = org(), ...faults: OrgFault[]) {
  const system = fakeSalesforce(data, ...faults);
  const open = openCrms([createSalesforceProvider(new Map())], SETTINGS, { fetch: system.fetch, now: () => 0 });
  const { deal_id: dealId, account_id: accountId } = about;
  const described = await describeAbout(
    { dealId, accountId, otherOpenDeals: [], dealRequired: true },
    about,
    open,
    new Map(),
    askerOf(),
  );
  return { described, ...system };
}

describe("a signal that names an opportunity", () => {
  test("gets it with owner, manager, contact roles, tasks, history and account", async () => {
    const { described } = await lookUp(signal);
    expect(described).toEqual({
      ok: true,
      description: {
        deal_status: "found",
        deal_context: {
          id: `salesforce:${DEAL}`,
          name: "Acme rollout",
          url: `https://acme.my.salesforce.com/lightning/r/Opportunity/${DEAL}/view`,
          stage: "Proposal/Price Quote",
          pipeline: null,
          amount: 2000.5,
          owner: {
            id: "salesforce:005B0000005iVeGIAU",
            name: "Ana Duarte",
            email: "ana@us.com",
            time_zone: "Europe/Lisbon",
            manager: { id: "salesforce:005B0000005iVeHIAU", name: "Mia Berg", email: "mia@us.com" },
          },
          is_open: true,
          is_won: false,
          days_in_stage: 3,
          last_activity_days_ago: 14,
          close_date: "2026-12-03",
          days_to_close: 12,
          open_tasks: [{ id: "salesforce:00T200000000001EAA", subject: "Call", due_at: "2026-11-25T00:00:00.000Z" }],
          competitors_mentioned: [],
          contacts: [
            {
              id: `salesforce:${CONTACT}`,
              name: "Ben Osei",
              email: "ben@acme.com",
              title: "CFO",
              opted_out: false,
              role: "Economic Buyer",
            },
          ],
          stage_history: [
            { stage: "Qualification", entered_at: "2026-09-01T00:00:00.000Z" },
            { stage: "Proposal/Price Quote", entered_at: "2026-11-18T09:00:00.000Z" },
          ],
          close_date_pushes: 1,
          next_step: "Send the order form",
          next_activity_at: "2026-11-24T15:00:00.000Z",
          last_meeting_at: "2026-11-06T15:00:00.000Z",
          mentions: [],
        },
        account_context: {
          id: `salesforce:${ACCOUNT}`,
          name: "Acme",
          domain: "acme.com",
          employee_count: 250,
          industry: "Technology",
          recent_signals: [],
          intent_score: null,
          intent_change_percent: null,
          topics: [],
          other_open_deals: [],
        },
        gaps: [],
      },
    });
  });

  test("costs three calls, each with the signal's trace", async () => {
    const { calls, traces } = await lookUp(signal);
    expect(calls).toEqual([
      "POST /services/data/v66.0/composite",
      "GET /services/data/v66.0/query",
      "GET /services/data/v66.0/query",
    ]);
    for (const traceparent of traces) expect(traceparent).toContain(TRACE);
  });

  test("an id of 15 characters is the same opportunity, and no merge", async () => {
    const short = signalOf({ deal_id: `salesforce:${DEAL.slice(0, 15)}` });
    const { described } = await lookUp(short);
    expect(described).toMatchObject({
      description: { deal_status: "found", deal_context: { id: `salesforce:${DEAL}` } },
    });
  });

  test.each([
    ["User", "deal_context.owner"],
    ["OpportunityContactRole", "deal_context.contacts"],
    ["Task", "deal_context.open_tasks"],
    ["Event", "deal_context.next_activity_at"],
    ["OpportunityHistory", "deal_context.stage_history"],
    ["Account", "account_context"],
  ])("what the user may not read of %s is named as missing %s and the signal goes on", async (from, missing) => {
    const { described } = await lookUp(signal, org(), { from, status: 400, errorCode: "INVALID_FIELD" });
    expect(described).toMatchObject({
      ok: true,
      description: {
        deal_context: { name: "Acme rollout" },
        gaps: [{ missing, reason: expect.stringMatching(/400/) }],
      },
    });
  });

  test.each([
    [403, "REQUEST_LIMIT_EXCEEDED", { kind: "retry", afterSeconds: 300 }],
    [400, "UNABLE_TO_LOCK_ROW", { kind: "retry" }],
    [503, "SERVER_UNAVAILABLE", { kind: "retry" }],
    [403, "INSUFFICIENT_ACCESS", { kind: "reject", code: "credentials" }],
    [400, "MALFORMED_QUERY", { kind: "reject", code: "rejected_by_upstream" }],
  ])("%d %s of the opportunity itself stops the signal", async (status, errorCode, outcome) => {
    const { described } = await lookUp(signal, org(), { from: "Opportunity", status, errorCode });
    expect(described).toMatchObject({ ok: false, outcome });
  });

  test("more contacts than the contract takes are cut, and that is named", async () => {
    const data = org();
    const [role] = data.OpportunityContactRole ?? [];
    const idOf = (n: number) => `003200000${String(n).padStart(6, "0")}AAA`;
    data.OpportunityContactRole = Array.from({ length: 101 }, (_, n) => ({ ...role, ContactId: idOf(n) }));
    const { described } = await lookUp(signal, data);
    expect(described.ok && described.description.deal_context?.contacts).toHaveLength(100);
    expect(described).toMatchObject({ description: { gaps: [{ missing: "deal_context.contacts" }] } });
  });
});

test("a person with two roles in a deal is one contact with both", async () => {
  const data = org();
  data.OpportunityContactRole?.push({ ContactId: CONTACT, Role: "Decision Maker", Contact: { Name: "Ben Osei" } });
  const { described } = await lookUp(signal, data);
  const contacts = [{ id: `salesforce:${CONTACT}`, role: "Economic Buyer, Decision Maker" }];
  expect(described).toMatchObject({ description: { deal_context: { contacts } } });
});

test("a text in a query can't end its quotes", async () => {
  const { fetch, queries } = fakeSalesforce(org());
  const opened = createSalesforceProvider(new Map()).open(SETTINGS, { fetch, now: () => 0 });
  if (!opened.ok) throw new Error(opened.reason);
  await opened.crm.contactByEmail("o'x\\' OR Name != '@acme.com", askerOf());
  expect(queries[0]).toContain("WHERE Email = 'o\\'x\\\\\\' OR Name != \\'@acme.com' ORDER BY");
});

describe("a record that was merged away", () => {
  const open = (system: ReturnType<typeof fakeSalesforce>) => {
    const opened = createSalesforceProvider(new Map()).open(SETTINGS, { fetch: system.fetch, now: () => 0 });
    if (!opened.ok) throw new Error(opened.reason);
    return opened.crm;
  };

  test("is its survivor, whether account or contact, and the account's deals are the survivor's", async () => {
    const crm = open(fakeSalesforce(org()));
    const account = await crm.account(`salesforce:${FORMER_ACCOUNT}`, askerOf());
    expect(account).toMatchObject({ kind: "merged", value: { id: `salesforce:${ACCOUNT}`, name: "Acme" } });
    const contact = await crm.contact(`salesforce:${FORMER_CONTACT}`, askerOf());
    expect(contact).toMatchObject({ kind: "merged", value: { id: `salesforce:${CONTACT}` } });
    const deals = await crm.openDealsOfAccount(`salesforce:${FORMER_ACCOUNT}`, askerOf());
    expect(deals).toMatchObject({ kind: "found", value: { deals: [{ id: `salesforce:${DEAL}` }] } });
  });

  test("is asked for only where nothing was found, and what was deleted stays gone", async () => {
    const system = fakeSalesforce(org());
    const crm = open(system);
    await crm.account(`salesforce:${ACCOUNT}`, askerOf());
    expect(system.calls).toHaveLength(1);
    expect(await crm.account("salesforce:001200000000009AAA", askerOf())).toEqual({ kind: "gone" });
    expect(system.calls.slice(1)).toEqual(["GET /services/data/v66.0/query", "GET /services/data/v66.0/queryAll"]);
  });
});
