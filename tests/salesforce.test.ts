// A Salesforce shop, end to end and without HubSpot: an outbound message about an opportunity becomes a signal with the
// opportunity's context, and a decision.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline({ HUBSPOT_ACCESS_TOKEN: "" });
beforeAll(() => pipeline.start());
beforeEach(() => pipeline.reset());
afterAll(() => pipeline.stop());

const DEAL = "006200000000042AAA";
const ACCOUNT = "001200000000042AAA";
const CONTACT = "003200000000042AAA";
const OWNER = "005200000000042AAA";
const DAY_MS = 86_400_000;
const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

async function put(type: string, id: string, fields: Record<string, string | number | boolean>): Promise<void> {
  const response = await pipeline.fetch(`/sandbox/salesforce/records/${type}/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ fields }),
  });
  expect(response.ok, `${type} ${id}: ${response.status} ${await response.text()}`).toBe(true);
}

/** An opportunity that closes in 12 days and has rested for 14. */
async function seed(): Promise<void> {
  const ana = { Name: "Ana Duarte", Username: "ana@northwind.example", Email: "ana@northwind.example", IsActive: true };
  await put("User", OWNER, { ...ana, TimeZoneSidKey: "Europe/Lisbon" });
  await put("Account", ACCOUNT, { Name: "Querbus", Website: "https://www.querbus.example", NumberOfEmployees: 250 });
  await put("Contact", CONTACT, { LastName: "Osei", Title: "CFO", Email: "ben@querbus.example", AccountId: ACCOUNT });
  await put("Opportunity", DEAL, {
    Name: "Querbus rollout",
    StageName: "Proposal/Price Quote",
    Amount: 48_000,
    CloseDate: day(12),
    OwnerId: OWNER,
    AccountId: ACCOUNT,
    LastActivityDate: day(-14),
  });
  const role = { OpportunityId: DEAL, ContactId: CONTACT, Role: "Economic Buyer" };
  await put("OpportunityContactRole", "00K200000000042", role);
}

/** Sends an outbound message and holds it to its Ack. */
async function tell(id = DEAL, notification = "04l2000000KFmjJAAT"): Promise<void> {
  const response = await pipeline.fetch("/hooks/salesforce", {
    method: "POST",
    headers: { "content-type": "text/xml; charset=UTF-8", authorization: "Bearer local-ingest-token" },
    body: `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>
 <notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00Dd0000000dtDqEAI</OrganizationId><ActionId>04kd0000000PCgvAAG</ActionId>
  <Notification><Id>${notification}</Id><sObject xsi:type="sf:Opportunity" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
   <sf:Id>${id}</sf:Id><sf:StageName>Proposal/Price Quote</sf:StageName></sObject></Notification>
 </notifications></soapenv:Body></soapenv:Envelope>`,
  });
  const text = await response.text();
  expect(text, text).toContain("<Ack>true</Ack>");
}

/** What the trail's step carried. */
const step = (name: string) =>
  pipeline.until(name, async () => {
    const [row] = await pipeline.query("SELECT data FROM trail WHERE step = ?1", name);
    const data: { signal: SignalEnriched } | null = row === undefined ? null : JSON.parse(String(row.data ?? "{}"));
    return data;
  });

test("an opportunity's message gets its context, is found urgent and is decided", async () => {
  await seed();
  await tell();
  const { signal } = await step("enriched");
  expect(signal).toMatchObject({
    subject: `salesforce:${DEAL}`,
    deal_status: "found",
    urgency: "immediate",
    degraded: [],
    deal_context: {
      name: "Querbus rollout",
      owner: { name: "Ana Duarte", email: "ana@northwind.example", time_zone: "Europe/Lisbon" },
      days_to_close: 12,
      last_activity_days_ago: 14,
      contacts: [{ id: `salesforce:${CONTACT}`, role: "Economic Buyer" }],
    },
    account_context: { name: "Querbus", domain: "querbus.example", employee_count: 250 },
  });
  await step("decided");
});

test("an opportunity that was deleted is a fact, and the signal is settled", async () => {
  await tell("006200000000009AAA");
  const { signal } = await step("enriched");
  expect(signal).toMatchObject({ deal_status: "gone", deal_context: null });
  await step("decided");
});
