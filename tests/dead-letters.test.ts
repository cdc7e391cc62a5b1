// A bad deploy of enrich gives up whatever arrives: it is one issue and one alert, one replay after the fix mends it all,
// and what had happened before does not happen again. STORM=10000 makes the storm as large as it may get.
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deadLetter } from "#contract/messages.ts";
import { createEnvelope } from "#runtime/publish.ts";
import { UNLIMITED } from "../bench/count/counted-pipeline.ts";
import { dealChange, putDeal } from "./support/deals.ts";
import { Pipeline } from "./support/pipeline.ts";

const STORM = Number(process.env.STORM ?? 500);
const A_REQUEST = 500;
const ENRICH = "workers/enrich/wrangler.toml";
const BAD_ENRICH = "tests/support/bad-enrich/wrangler.toml";
const WON = { dealstage: "closedwon", hs_is_closed: "true", hs_is_closed_won: "true" };
const wonEvents = (deals: readonly number[]) => deals.map((deal) => dealChange(deal, "dealstage", "closedwon"));
/** Of some deals Slack was told before the deploy; others are won while it is bad. */
const BEFORE = wonEvents([9_801, 9_802, 9_803, 9_804]);
const DURING = wonEvents([9_805, 9_806, 9_807]);
const DEALS = BEFORE.length + DURING.length;
const ALL = STORM + DEALS;
/** For a machine that is slow, and for the largest storm. */
const PATIENCE_MS = 60_000 + STORM * 60;

const p = new Pipeline(UNLIMITED);
beforeAll(() => p.start(), 60_000);
afterAll(() => p.stop());

type Issue = { fingerprint: string; reason: string; letters: number; open: number; reopened: number };
type Replay = { replay_id: string; state: string; total: number; done: number };

const issues = async () => (await p.json<{ issues: Issue[] }>("/api/dead-letters/issues")).issues;
const fates = async () => {
  const rows = await p.query("SELECT fate, count(*) AS n FROM signals WHERE source <> 'dealwire' GROUP BY fate");
  return Object.fromEntries(rows.map(({ fate, n }) => [String(fate), n]));
};
/** How many messages in Slack say so. */
const inSlack = async (words: string) => {
  const { messages = [] } = (await p.sandbox("slack")).records;
  return messages.filter((message) => JSON.stringify(message).includes(words)).length;
};

/** As a service of one's own sends them: many in one request, and nothing in them that a rule would act on. */
async function send(from: number, count: number): Promise<void> {
  const batch = Array.from({ length: count }, (_, n) => ({
    specversion: "1.0",
    id: `storm-${from + n}`,
    source: "/notes",
    type: "com.example.note.added",
    data: { text: "Nothing to do." },
  }));
  const answer = await p.fetch("/hooks/cloudevents", {
    method: "POST",
    headers: { authorization: "Bearer local-ingest-token", "content-type": "application/cloudevents-batch+json" },
    body: JSON.stringify(batch),
  });
  expect([answer.status, await answer.json()]).toEqual([202, expect.objectContaining({ accepted: count })]);
}

/** What the counters add up to; alerts are signals of their own. */
async function counted(): Promise<{ received: number; fates: number }> {
  const [row] = await p.query("SELECT counters FROM rollups WHERE grain = 'total'");
  const counters = Object.entries<number>(JSON.parse(String(row?.counters ?? "{}")));
  const sum = (name: string) =>
    counters.reduce((total, [series, value]) => total + (series.startsWith(`${name}{`) ? value : 0), 0);
  return { received: sum("signals_received"), fates: sum("signals") };
}

test("a storm of dead letters is one issue, one alert and one replay", { timeout: 6 * PATIENCE_MS }, async () => {
  for (const { objectId } of [...BEFORE, ...DURING]) await putDeal(p, String(objectId), WON);
  await p.hubspot(BEFORE);
  await p.until("the first effects", async () => (await fates()).executed === BEFORE.length);
  expect(await inSlack("Deal won")).toBe(BEFORE.length);

  await p.deploy(ENRICH, BAD_ENRICH);
  for (let from = 0; from < STORM; from += A_REQUEST) await send(from, Math.min(A_REQUEST, STORM - from));
  // HubSpot sends again what it did not see answered.
  await p.hubspot([...BEFORE, ...DURING]);
  await p.until("the letters", async () => (await issues())[0]?.open === ALL, PATIENCE_MS);
  const [issue, ...others] = await issues();
  expect(others).toEqual([]);
  expect(issue).toMatchObject({ letters: ALL, reopened: 0, reason: expect.stringContaining("after 5 attempts") });
  expect(await fates()).toEqual({ dead_lettered: ALL });

  const page = `/dead-letters/issues/${issue?.fingerprint}`;
  await p.tick();
  await p.tick();
  await p.until("the alert in Slack", async () => (await inSlack(page)) > 0);

  await p.deploy(ENRICH);
  const filter = { fingerprint: issue?.fingerprint };
  const preview = await p.post("/api/dead-letters/replay", { filter, dry_run: true });
  expect(await preview.json()).toMatchObject({
    count: ALL,
    by_queue: [{ queue: "signals", count: ALL }],
    effects: expect.arrayContaining([expect.objectContaining({ type: "send_alert", count: BEFORE.length })]),
  });
  const answer = await p.post("/api/dead-letters/replay", { filter });
  const { replay }: { replay: Replay } = JSON.parse(await answer.text());
  expect([answer.status, replay]).toEqual([202, expect.objectContaining({ state: "running", total: ALL, done: 0 })]);
  const progress: number[] = [];
  await p.until(
    "the replay done",
    async () => {
      const { replay: now } = await p.json<{ replay: Replay }>(`/api/dead-letters/replays/${replay.replay_id}`);
      progress.push(now.done);
      return now.state === "done";
    },
    PATIENCE_MS,
  );
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(progress.at(-1)).toBe(ALL);

  await p.until(
    "every signal at its end",
    async () => {
      const { no_action, executed } = await fates();
      return no_action === STORM && executed === DEALS;
    },
    PATIENCE_MS,
  );
  expect(await fates()).toEqual({ no_action: STORM, executed: DEALS });
  expect(await inSlack("Deal won")).toBe(DEALS);
  expect(await issues()).toEqual([]);
  const rows = await p.query("SELECT state, times, count(*) AS n FROM dead_letters GROUP BY state, times");
  expect(rows).toEqual([{ state: "replayed", times: 1, n: ALL }]);

  // One alert, and one notice that it is over.
  await p.tick();
  await p.until("the recovery in Slack", async () => (await inSlack(page)) > 1);
  await p.tick();
  expect(await inSlack(page)).toBe(2);
  await p.until("fates conserved", async () => {
    const { received, fates: settled } = await counted();
    return received === settled && received >= ALL;
  });
});

test("what fails again comes back to its own letter and opens the issue again, and is discarded with a reason", async () => {
  const [letter] = await p.query("SELECT * FROM dead_letters LIMIT 1");
  const at = new Date().toISOString();
  const told = {
    queue: "signals",
    stage: "enrich",
    code: "attempts_exhausted",
    reason: String(letter?.reason),
    attempts: 5,
    signal_id: String(letter?.signal_id),
    first_failed_at: at,
    failed_at: at,
    event: JSON.parse(String(letter?.event)),
  } as const;
  const origin = { correlation_id: String(letter?.correlation_id), priority: "standard", causation_id: null } as const;
  const envelope = createEnvelope(deadLetter, told, origin, { now: Date.now, newEventId: uuidv7 });
  await (await p.queue("enrich", "SIGNALS_DEAD")).send(JSON.stringify([envelope]), { contentType: "text" });
  await p.until("the letter back", async () => (await issues())[0]?.open === 1);
  const [issue] = await issues();
  expect(issue).toMatchObject({ letters: ALL, reopened: 1 });
  expect(await p.query("SELECT letter_id, times FROM dead_letters WHERE state = 'open'")).toEqual([
    { letter_id: letter?.letter_id, times: 2 },
  ]);
  const filter = { fingerprint: issue?.fingerprint };
  const discarded = await p.post("/api/dead-letters/discard", { filter, reason: "it is a test" });
  expect(await discarded.json()).toEqual({ discarded: 1 });
  expect(await issues()).toEqual([]);
});

test("the metrics are shown and given to Prometheus", async () => {
  const { service, totals } = await p.json<{ service: { total: number }; totals: Record<string, number> }>(
    "/api/metrics",
  );
  expect(service.total).toBeGreaterThanOrEqual(STORM);
  expect(totals['signals_received{source="cloudevents"}']).toBe(STORM);
});
