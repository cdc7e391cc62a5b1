// An upstream that is down while signals arrive: it is left alone until it is back, and nothing is lost meanwhile.
// HubSpot's breaker opens for seconds here and not for minutes.
import { afterAll, beforeAll, expect, test } from "vitest";
import { dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const SIGNALS = 500;
const OPEN_SECONDS = 5;
const ENRICHED = "SELECT count(DISTINCT signal_id) AS n FROM trail WHERE step = 'enriched'";
const pipeline = new Pipeline({
  UPSTREAM_LIMITS: JSON.stringify({ hubspot: { breaker: { open_seconds: OPEN_SECONDS } } }),
});
beforeAll(() => pipeline.start());
afterAll(() => pipeline.stop());

test("an outage costs a handful of calls, blocks nobody else and loses no signal", async () => {
  // Few deals, so that what follows the outage is not a test of the stand-in's own limit.
  const deals = Array.from({ length: 10 }, (_, index) => 9_100 + index);
  for (const deal of deals) await putDeal(pipeline, String(deal));
  await pipeline.faults({ hubspot: { rate: 1, status: 503 } });

  const events = Array.from({ length: SIGNALS }, (_, index) => dealChange(deals[index % 10] ?? 0));
  for (let start = 0; start < SIGNALS; start += 50) {
    expect((await pipeline.hubspot(events.slice(start, start + 50))).status).toBe(202);
  }
  // A signal that needs nothing of HubSpot passes those that wait for it.
  const call = { type: "call.completed", timestamp: new Date().toISOString(), data: { competitors: ["Globex"] } };
  const elsewhere: Accepted = await (await pipeline.standard(call)).json();
  const id = elsewhere.signals[0]?.signal_id ?? "";
  await pipeline.until("the other signal enriched", async () =>
    (await pipeline.signal(id))?.trail.some(({ step }) => step === "enriched"),
  );

  const failedCalls = async () => {
    const { requests } = await pipeline.sandbox("hubspot");
    return requests.filter(({ fault }) => fault === "error").length;
  };
  await pipeline.until("the breaker open", async () => (await failedCalls()) >= 10);
  const atOpening = await failedCalls();
  // Two failed probes later; each is one call.
  await pipeline.until("it probe twice", async () => (await failedCalls()) >= atOpening + 2);
  expect(await failedCalls()).toBeLessThan(40);
  expect(await pipeline.query(ENRICHED)).toEqual([{ n: 1 }]);

  await pipeline.faults({});
  await pipeline.until(
    "every signal enriched",
    async () => (await pipeline.query(ENRICHED))[0]?.n === SIGNALS + 1,
    60_000,
  );
  expect(await pipeline.query("SELECT reason FROM dead_letters")).toEqual([]);
}, 120_000);
