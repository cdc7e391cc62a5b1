// Context from HubSpot: what is found, what is missing and said so, and what stops a signal.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DealContext } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { describe as describeAbout } from "../describe.ts";
import {
  askerOf,
  type Fault,
  fakeHubspot,
  fault,
  type Portal,
  portal,
  SETTINGS,
  signalOf,
  TRACE,
} from "../enrich.fixture.ts";
import { openCrms } from "../open-crms.ts";
import { conforms } from "./conformance.ts";
import { hubspot } from "./hubspot.ts";

conforms(hubspot, {
  settings: SETTINGS,
  known: {
    deal: "hubspot:100",
    account: "hubspot:300",
    contact: "hubspot:201",
    email: "ben@acme.com",
    domain: "acme.com",
  },
  unknownDeal: "hubspot:1",
  healthy: () => fakeHubspot(portal()),
});

async function lookUp(signal: SignalReceived, data: Portal = portal(), ...faults: Fault[]) {
  const system = fakeHubspot(data, ...faults);
  const open = openCrms([hubspot], SETTINGS, { fetch: system.fetch, now: () => 0 });
  const { deal_id: dealId, account_id: accountId } = signal;
  const about = { dealId, accountId, otherOpenDeals: [], dealRequired: true };
  return { found: await describeAbout(about, signal, open, new Map(), askerOf()), ...system };
}

async function contextOf(signal: SignalReceived, data: Portal = portal(), ...faults: Fault[]) {
  const { found } = await lookUp(signal, data, ...faults);
  if (!found.ok) throw new Error(JSON.stringify(found.outcome));
  const { gaps, ...context } = found.description;
  return { ...context, degraded: gaps.map(({ missing, reason }) => ({ missing, reason })) };
}

/** The portal with other properties on the deal. */
function dealWith(properties: Record<string, string | null>): Portal {
  const data = portal();
  Object.assign(data.deals["100"]?.properties ?? {}, properties);
  return data;
}

describe("a signal that names a deal", () => {
  test("gets the deal with owner, contacts, open tasks and company", async () => {
    const signal = signalOf({ payload: { event: "call.completed", competitors: ["Globex", "Globex"] } });
    expect(await contextOf(signal)).toEqual({
      deal_status: "found",
      deal_context: {
        id: "hubspot:100",
        name: "Acme rollout",
        url: "https://app.hubspot.com/contacts/48975575/record/0-3/100",
        stage: "qualifiedtobuy",
        pipeline: "default",
        amount: 2000.5,
        owner: {
          id: "hubspot:64492917",
          name: "Ana Duarte",
          email: "ana@us.com",
          time_zone: null,
          manager: null,
        },
        is_open: true,
        is_won: false,
        days_in_stage: 0,
        last_activity_days_ago: 14,
        close_date: "2026-12-03",
        days_to_close: 12,
        open_tasks: [{ id: "hubspot:401", subject: "Call", due_at: "2026-11-25T09:00:00.000Z" }],
        competitors_mentioned: ["Globex"],
        contacts: [
          {
            id: "hubspot:201",
            name: "Ben Osei",
            email: "ben@acme.com",
            title: "CFO",
            opted_out: false,
            role: "Champion, Economic Buyer",
          },
          { id: "hubspot:202", name: "c@acme.com", email: "c@acme.com", title: null, opted_out: true, role: null },
        ],
        stage_history: [
          { stage: "appointmentscheduled", entered_at: "2026-09-01T00:00:00.000Z" },
          { stage: "qualifiedtobuy", entered_at: "2026-11-21T15:30:00.900Z" },
        ],
        close_date_pushes: 1,
        next_step: "Send the order form",
        next_activity_at: "2026-11-25T09:00:00.000Z",
        last_meeting_at: "2026-11-06T15:00:00.000Z",
        mentions: [],
      },
      account_context: {
        id: "hubspot:300",
        name: "Acme",
        domain: "acme.com",
        employee_count: 250,
        industry: "COMPUTER_SOFTWARE",
        recent_signals: [],
        intent_score: null,
        intent_change_percent: null,
        topics: [],
        other_open_deals: [],
      },
      degraded: [],
    });
  });

  test("costs six calls, each with the signal's trace", async () => {
    const { calls, traces } = await lookUp(signalOf());
    expect(calls.toSorted()).toEqual([
      "GET /crm/objects/2026-09/companies/300",
      "GET /crm/objects/2026-09/deals/100",
      "GET /crm/owners/2026-09/64492917",
      "POST /crm/associations/2026-09/deals/contacts/batch/read",
      "POST /crm/objects/2026-09/contacts/batch/read",
      "POST /crm/objects/2026-09/tasks/batch/read",
    ]);
    for (const traceparent of traces) expect(traceparent).toContain(TRACE);
  });

  test("a deal that was merged away is its survivor, under the survivor's id", async () => {
    const data = portal();
    data.deals["99"] = { properties: {}, survivor: "100" };
    const context = await contextOf(signalOf({ deal_id: "hubspot:99" }), data);
    expect(context).toMatchObject({ deal_status: "merged", deal_context: { id: "hubspot:100" } });
  });

  test("a deal that is gone leaves the account that the signal names", async () => {
    const context = await contextOf(signalOf({ deal_id: "hubspot:1", account_id: "hubspot:300" }));
    expect(context.account_context?.name).toBe("Acme");
    expect(context).toMatchObject({ deal_status: "gone", deal_context: null, degraded: [] });
  });

  test("an id that can't be HubSpot's is not found, and nobody is asked", async () => {
    const { found, calls } = await lookUp(signalOf({ deal_id: "hubspot:../../owners" }));
    expect(found).toMatchObject({ ok: true, description: { deal_status: "gone", deal_context: null } });
    expect(calls).toEqual([]);
  });

  test.each([500, 502, 503, 429, 423, 477])("HubSpot's %d is tried again when HubSpot says", async (status) => {
    const { found } = await lookUp(signalOf(), portal(), fault("/deals/", status, { "retry-after": "9" }));
    expect(found).toMatchObject({ ok: false, outcome: { kind: "retry", afterSeconds: 9 } });
  });

  test.each([401, 403])("a refused token (%d) is a dead letter that names HUBSPOT_ACCESS_TOKEN", async (status) => {
    const { found } = await lookUp(signalOf(), portal(), fault("/deals/", status));
    expect(found).toMatchObject({ ok: false, outcome: { kind: "reject", code: "credentials" } });
    expect(JSON.stringify(found)).toContain("HUBSPOT_ACCESS_TOKEN");
    expect(JSON.stringify(found)).not.toContain("pat-na1-x");
  });

  test("a request that HubSpot refuses is a dead letter with its words", async () => {
    const { found } = await lookUp(signalOf(), portal(), fault("/deals/", 400));
    expect(found).toMatchObject({ ok: false, outcome: { kind: "reject", code: "rejected_by_upstream" } });
  });

  test.each([
    ["/owners/", "deal_context.owner"],
    ["/objects/2026-09/contacts/", "deal_context.contacts"],
    ["/associations/", "deal_context.contacts.role"],
    ["/tasks/", "deal_context.open_tasks"],
    ["/companies/", "account_context"],
  ])("a failing %s is named as missing %s and the signal goes on", async (part, missing) => {
    const context = await contextOf(signalOf(), portal(), fault(part, 503));
    expect(context.deal_context?.stage).toBe("qualifiedtobuy");
    expect(context.degraded).toEqual([{ missing, reason: expect.stringContaining("503") }]);
  });

  test("an owner who was deactivated is named", async () => {
    const context = await contextOf(signalOf(), dealWith({ hubspot_owner_id: "5" }));
    expect(context.deal_context?.owner).toBeNull();
    expect(context.degraded).toMatchObject([
      { missing: "deal_context.owner", reason: expect.stringMatching(/not found in HubSpot/) },
    ]);
  });

  test("a deal without owner, company, contacts and tasks is complete as it is", async () => {
    const data = dealWith({ hubspot_owner_id: "" });
    delete data.deals["100"]?.links;
    const { found, calls } = await lookUp(signalOf(), data);
    expect(found).toMatchObject({ ok: true, description: { account_context: null, gaps: [] } });
    expect(calls).toHaveLength(1);
  });

  test("more contacts than the contract takes are cut, and that is named", async () => {
    const data = portal();
    const ids = Array.from({ length: 101 }, (_, index) => String(1000 + index));
    for (const id of ids) data.contacts[id] = { properties: { email: `${id}@acme.com` } };
    Object.assign(data.deals["100"]?.links ?? {}, { contacts: ids.map((id) => ({ id, type: "deal_to_contact" })) });
    const context = await contextOf(signalOf(), data);
    expect(context.deal_context?.contacts).toHaveLength(100);
    expect(context.degraded).toMatchObject([{ missing: "deal_context.contacts" }]);
  });
});

describe("properties of a deal", () => {
  test("a date that makes no sense is unknown and named", async () => {
    const context = await contextOf(signalOf(), dealWith({ closedate: "next month" }));
    expect(context.deal_context).toMatchObject({ close_date: null, days_to_close: null });
    expect(context.degraded).toMatchObject([
      { missing: "deal_context.close_date", reason: expect.stringMatching(/"next month"/) },
    ]);
  });

  test("a deal that nobody touched is idle since it was created", async () => {
    const context = await contextOf(signalOf(), dealWith({ notes_last_updated: null }));
    expect(context.deal_context?.last_activity_days_ago).toBe(81);
  });

  test("a won deal is closed", async () => {
    const context = await contextOf(signalOf(), dealWith({ hs_is_closed: "true", hs_is_closed_won: "true" }));
    expect(context.deal_context).toMatchObject({ is_open: false, is_won: true });
  });

  test.each([
    ["hubspot", "48975575", "https://app.hubspot.com/contacts/48975575/record/0-3/100"],
    ["hubspot", "48975575/evil", null],
    ["segment", "48975575", null],
  ])("whose page HubSpot does not name is linked by the portal of %s, %s", async (source, portal_id, url) => {
    const data = portal();
    delete data.deals["100"]?.url;
    const signal = signalOf({ source, payload: { event: "deal.stage_changed", facts: { portal_id } } });
    expect((await contextOf(signal, data)).deal_context?.url).toBe(url);
  });

  test("whatever people type into them, the context keeps the contract", async () => {
    const names = Object.keys(portal().deals["100"]?.properties ?? {});
    const value = fc.option(fc.oneof(fc.string({ maxLength: 2_500 }), fc.integer().map(String)), { nil: null });
    const records = fc.record(Object.fromEntries(names.map((name) => [name, value])));
    await fc.assert(
      fc.asyncProperty(records, async (properties) => {
        const context = await contextOf(signalOf(), dealWith(properties));
        expect(DealContext.safeParse(context.deal_context).error).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});

describe("open deals", () => {
  const open = (data: Portal, ...faults: Fault[]) => {
    const opened = hubspot.open(SETTINGS, { fetch: fakeHubspot(data, ...faults).fetch, now: () => 0 });
    if (!opened.ok) throw new Error(opened.reason);
    return opened.crm;
  };

  test("closed ones are left out, and the others come in the order of their ids", async () => {
    const data = portal();
    data.deals["99"] = { properties: { dealname: "Acme pilot", amount: "10" } };
    data.deals["101"] = { properties: { hs_is_closed: "true" } };
    const deals = ["100", "101", "99"].map((id) => ({ id, type: "contact_to_deal" }));
    Object.assign(data.contacts["201"]?.links ?? {}, { deals });
    const read = await open(data).openDealsOfContact("hubspot:201", askerOf());
    expect(read).toMatchObject({
      value: {
        deals: [
          { id: "hubspot:99", amount: 10 },
          { id: "hubspot:100", name: "Acme rollout" },
        ],
        complete: true,
      },
    });
  });

  test("a list that HubSpot cut is not complete", async () => {
    const associations = { deals: { results: [{ id: "100", type: "x" }], paging: { next: { after: "100" } } } };
    const cut = { part: "/contacts/201", respond: () => Response.json({ id: "201", properties: {}, associations }) };
    const read = await open(portal(), cut).openDealsOfContact("hubspot:201", askerOf());
    expect(read).toMatchObject({ value: { complete: false } });
  });

  test.each(["/contacts/201", "/deals/batch"])("a failing %s is a failure and no empty list", async (part) => {
    const read = await open(portal(), fault(part, 500)).openDealsOfContact("hubspot:201", askerOf());
    expect(read).toMatchObject({ kind: "failed", failure: { kind: "unavailable" } });
  });
});
