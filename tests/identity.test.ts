// Who a signal is about, end to end: visitors who say who they are, addresses that say nothing, records that were merged.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline();
beforeAll(() => pipeline.start());
beforeEach(() => pipeline.reset());
afterAll(() => pipeline.stop());

/** Events of a browser, as the beacon sends them; `minutesAgo` sets their time. */
async function browse(anonymousId: string, events: readonly Record<string, unknown>[]): Promise<void> {
  const response = await pipeline.fetch("/track", {
    method: "POST",
    headers: { "content-type": "text/plain", origin: "http://localhost:8787" },
    body: JSON.stringify({ writeKey: "local-write-key", anonymousId, sentAt: new Date().toISOString(), events }),
  });
  expect(response.status, await response.text()).toBe(204);
}
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const page = (minutes: number, path = "/pricing") => ({
  id: crypto.randomUUID(),
  type: "page",
  url: `https://www.northwind.example${path}`,
  at: minutesAgo(minutes),
});
const identify = (minutes: number, email: string) => ({
  id: crypto.randomUUID(),
  type: "identify",
  traits: { email },
  at: minutesAgo(minutes),
});

async function put(type: string, id: string, properties: Record<string, string>, associations = {}): Promise<void> {
  const response = await pipeline.fetch(`/sandbox/hubspot/records/${type}/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ properties, associations }),
  });
  if (!response.ok) throw new Error(`${type} ${id}: ${response.status} ${await response.text()}`);
}

/** The enriched signal as its trail tells it. */
const enriched = (event: string, which = "") =>
  pipeline.until(`${event} enriched`, async () => {
    const [row] = await pipeline.query(
      `SELECT trail.data FROM trail JOIN signals USING (signal_id)
       WHERE step = 'enriched' AND signals.event = ?1 AND (?2 = '' OR signals.signal_id = ?2)`,
      event,
      which,
    );
    const data: { signal: SignalEnriched } | null = row === undefined ? null : JSON.parse(String(row.data));
    return data?.signal;
  });
const accepted = async (response: Response): Promise<string> => {
  expect(response.status).toBe(202);
  const answer: Accepted = await response.json();
  return answer.signals[0]?.signal_id ?? "";
};

const COMPANY = "330222354146";

test("an anonymous visit joins the account once the visitor says who they are", async () => {
  await put("contacts", "9101", { email: "maria@querbus.example", firstname: "Maria" });
  await putDeal(pipeline, "9001");
  await put("contacts", "9101", { email: "maria@querbus.example" }, { deals: ["9001"], companies: [COMPANY] });

  await browse("browser-1", [page(30)]);
  const visit = await enriched("page.viewed");
  expect(visit).toMatchObject({ deal_context: null, account_context: null, resolution: null });

  await browse("browser-1", [identify(20, "maria@querbus.example")]);
  const identified = await enriched("person.identified");
  expect(identified).toMatchObject({ deal_id: "hubspot:9001", subject: "hubspot:9001", contact_id: "hubspot:9101" });
  expect(identified.resolution).toMatchObject({ rule: expect.stringMatching(/_of_contact$|^contact_of_/) });
  expect(identified.account_context?.recent_signals.map(({ event }) => event)).toEqual(["page.viewed"]);

  const change = await accepted(await pipeline.hubspot([dealChange("9001")]));
  const seen = await enriched("deal.amount_changed", change);
  expect(seen.account_context?.recent_signals.map(({ event }) => event)).toEqual(["person.identified", "page.viewed"]);
  expect(seen.account_context?.intent_score).toBeGreaterThan(0);

  await browse("browser-1", [page(1, "/security")]);
  const second = await pipeline.until("the second visit", async () => {
    const rows = await pipeline.query(
      "SELECT signal_id FROM signals WHERE event = 'page.viewed' ORDER BY fired_at DESC",
    );
    return rows.length === 2 && String(rows[0]?.signal_id);
  });
  expect(await enriched("page.viewed", second)).toMatchObject({
    deal_id: "hubspot:9001",
    resolution: { from: "track:anon-browser-1" },
  });
  expect(JSON.stringify(await pipeline.query("SELECT * FROM aliases"))).not.toContain("maria");
});

test("an address at a free-mail provider never finds an account", async () => {
  await put("companies", "9201", { name: "Not Gmail", domain: "gmail.com" });
  await browse("browser-2", [identify(5, "someone@gmail.com")]);
  expect(await enriched("person.identified")).toMatchObject({ account_context: null, deal_context: null });
  expect(await pipeline.query("SELECT * FROM aliases")).toEqual([]);
});

test("a merged deal is its survivor, and what was said about it is not lost", async () => {
  await putDeal(pipeline, "9301");
  await accepted(await pipeline.hubspot([dealChange("9302", "competitors", "Globex")]));
  await enriched("deal.property_changed");
  const merge = {
    ...dealChange("9301"),
    subscriptionType: "deal.merge",
    propertyName: undefined,
    propertyValue: undefined,
    primaryObjectId: 9301,
    mergedObjectIds: [9302],
  };
  await accepted(await pipeline.hubspot([merge]));
  await enriched("deal.merged");
  const signalId = await accepted(await pipeline.hubspot([dealChange("9302")]));
  expect(await enriched("deal.amount_changed", signalId)).toMatchObject({
    deal_status: "merged",
    deal_id: "hubspot:9301",
    deal_context: { id: "hubspot:9301", competitors_mentioned: ["Globex"], mentions: [{ name: "Globex" }] },
  });
});

test("the same signal twice is the same context", async () => {
  // Nothing about this deal asks for an action, which would change what the CRM answers the second time.
  await putDeal(pipeline, "9401", { notes_last_updated: new Date().toISOString() });
  const change = dealChange("9401", "description", "called");
  const signalId = await accepted(await pipeline.hubspot([change]));
  const steps = () => pipeline.query("SELECT data FROM trail WHERE signal_id = ? AND step = 'enriched'", signalId);
  await pipeline.until("one step", async () => (await steps()).length === 1);
  await accepted(await pipeline.hubspot([{ ...change, attemptNumber: 1 }]));
  await pipeline.until("a second step", async () => (await steps()).length === 2);
  const [first, second] = (await steps()).map(({ data }) => {
    const { signal }: { signal: SignalEnriched } = JSON.parse(String(data));
    return { ...signal, enriched_at: "", received_at: "" };
  });
  expect(second).toEqual(first);
  expect(first?.deal_context?.id).toBe("hubspot:9401");
});
