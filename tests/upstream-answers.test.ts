// A CRM that is slow, garbled, too busy or refuses our secret: each ends as docs/enrichment.md says, end to end, and no
// signal is lost.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline();
beforeAll(() => pipeline.start());
beforeEach(() => pipeline.reset());
afterAll(() => pipeline.stop());

const DEAL = "9200";

async function send(): Promise<string> {
  const answer: Accepted = await (await pipeline.hubspot([dealChange(DEAL)])).json();
  return answer.signals[0]?.signal_id ?? "";
}

/** The step with which enrichment ended, once it is there. */
const enriched = (signalId: string) =>
  pipeline.until("the signal enriched", async () =>
    (await pipeline.signal(signalId))?.trail.find(({ step }) => step === "enriched"),
  );

const callsFor = async (deal: string) => {
  const { requests } = await pipeline.sandbox("hubspot");
  return requests.filter(({ path }) => path.includes(`/deals/${deal}`));
};

test("an upstream that takes longer than a call may is given up, and asked again when it is back", async () => {
  await putDeal(pipeline, DEAL);
  await pipeline.faults({ hubspot: { latency_ms: 6_000 } });
  const id = await send();
  // Another signal passes while this one waits for its answer.
  const call = { type: "call.completed", timestamp: new Date().toISOString(), data: { competitors: ["Globex"] } };
  const elsewhere: Accepted = await (await pipeline.standard(call)).json();
  await enriched(elsewhere.signals[0]?.signal_id ?? "");
  await pipeline.until("the first call given up", async () => (await callsFor(DEAL)).length > 0);
  await pipeline.faults({});
  const step = await enriched(id);
  expect(step.attempt).toBeGreaterThan(1);
  expect(await pipeline.query("SELECT reason FROM dead_letters")).toEqual([]);
}, 120_000);

test("an answer that is cut in half is asked for again", async () => {
  await putDeal(pipeline, DEAL);
  await pipeline.faults({ hubspot: { malformed: 1, times: 1 } });
  expect((await enriched(await send())).attempt).toBe(2);
  expect((await callsFor(DEAL)).map(({ fault }) => fault)).toEqual(["malformed", null]);
}, 120_000);

test("a 429 is obeyed: no call of anyone goes out before Retry-After is over", async () => {
  await putDeal(pipeline, DEAL);
  await pipeline.faults({ hubspot: { status: 429, retry_after: 4, times: 1 } });
  const ids = [await send(), await send()];
  for (const id of ids) await enriched(id);
  const { requests } = await pipeline.sandbox("hubspot");
  const times = requests.map(({ at, fault }) => ({ at: Date.parse(String(at)), fault }));
  const refusedAt = times.find(({ fault }) => fault === "error")?.at ?? 0;
  expect(refusedAt).toBeGreaterThan(0);
  const tooEarly = times.filter(({ at, fault }) => fault === null && at > refusedAt && at < refusedAt + 3_900);
  expect(tooEarly).toEqual([]);
}, 120_000);

test("a refused secret parks every signal after one call each, alerts once, and one replay releases them all", async () => {
  const deals = ["9201", "9202", "9203", "9204", "9205"];
  for (const deal of deals) await putDeal(pipeline, deal);
  await pipeline.faults({ hubspot: { status: 401 } });
  expect((await pipeline.hubspot(deals.map((deal) => dealChange(deal)))).status).toBe(202);

  type Issue = { fingerprint: string; code: string; open: number; reason: string };
  const issues = async () => (await pipeline.json<{ issues: Issue[] }>("/api/dead-letters/issues?state=open")).issues;
  await pipeline.until("every signal parked", async () => (await issues())[0]?.open === deals.length);
  const [issue, ...others] = await issues();
  expect(others).toEqual([]);
  expect(issue).toMatchObject({ code: "credentials", reason: expect.stringContaining("HUBSPOT_ACCESS_TOKEN") });
  for (const deal of deals) expect(await callsFor(deal)).toHaveLength(1);
  await pipeline.tick();
  const alerts = await pipeline.query("SELECT alert FROM alerts WHERE alert LIKE 'credentials:%'");
  expect(alerts).toEqual([{ alert: "credentials:hubspot" }]);

  await pipeline.faults({});
  const answer = await pipeline.post("/api/dead-letters/replay", { filter: { fingerprint: issue?.fingerprint } });
  expect(answer.status).toBe(202);
  const count = "SELECT count(DISTINCT signal_id) AS n FROM trail WHERE step = 'enriched'";
  await pipeline.until("every signal enriched", async () => (await pipeline.query(count))[0]?.n === deals.length);
  expect(await issues()).toEqual([]);
}, 120_000);
