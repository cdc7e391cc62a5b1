// A bad deploy of enrich gives up three hundred events: they are one issue and one alert, one replay mends them all, and
// what fails again comes back to its own letter.

import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeadLetter } from "#contract/dead-letter.ts";
import type { Envelope } from "#contract/envelope.ts";
import { auditStep, deadLetter, signalReceived } from "#contract/messages.ts";
import { createEnvelope, pack } from "#runtime/publish.ts";
import { receivedStep } from "#runtime/received-step.ts";
import { signalOf } from "#runtime/signal.ts";
import { Pipeline } from "./support/pipeline.ts";

const STORM = 300;
const p = new Pipeline();
const ports = { now: Date.now, newEventId: uuidv7 };

beforeAll(() => p.start(), 60_000);
afterAll(() => p.stop());

type Issue = { fingerprint: string; state: string; letters: number; open: number; reopened: number };
type Replay = { replay_id: string; state: string; total: number; done: number };

async function storm(): Promise<{ signal: Envelope; received: Envelope }[]> {
  return Promise.all(
    Array.from({ length: STORM }, async (_, number) => {
      const now = new Date().toISOString();
      const draft = {
        signal_type: "custom",
        subject: `standard:storm-${number}`,
        account_id: null,
        deal_id: null,
        contact_id: null,
        payload: { event: "note.added" },
        fired_at: now,
        identity: ["storm", String(number)],
      } as const;
      const made = await signalOf(draft, "standard", now);
      if (!made.ok) throw new Error(made.reason);
      const origin = { correlation_id: made.correlationId, priority: "standard", causation_id: null } as const;
      return {
        signal: createEnvelope(signalReceived, made.signal, origin, ports),
        received: createEnvelope(auditStep, receivedStep(made.signal, "ingest", 1), origin, ports),
      };
    }),
  );
}

/** What enrich says after the fifth attempt of an event. */
function letterOf(event: Envelope, number: number): Envelope {
  const failedAt = new Date().toISOString();
  const payload: DeadLetter = {
    queue: "signals",
    stage: "enrich",
    code: "attempts_exhausted",
    reason: `gave up after 5 attempts; the last one: a bug: TypeError of event ${number}`,
    attempts: 5,
    signal_id: Object(event.payload).signal_id,
    first_failed_at: failedAt,
    failed_at: failedAt,
    event,
  };
  const origin = { correlation_id: event.correlation_id, priority: "standard", causation_id: event.event_id } as const;
  return createEnvelope(deadLetter, payload, origin, ports);
}

async function send(binding: string, envelopes: readonly Envelope[]): Promise<void> {
  const queue = await p.queue("enrich", binding);
  for (const body of pack(envelopes)) await queue.send(body, { contentType: "text" });
}

const issues = async () => (await p.json<{ issues: Issue[] }>("/api/dead-letters/issues?state=open")).issues;
const fates = () => p.query("SELECT fate, count(*) AS n FROM signals WHERE source = 'standard' GROUP BY fate");
const told = async () => {
  const { requests } = await p.sandbox("slack");
  return requests.filter(({ path }) => path.endsWith("chat.postMessage")).length;
};

async function replayed(body: unknown): Promise<Replay> {
  const answer = await p.post("/api/dead-letters/replay", body);
  expect(answer.status).toBe(202);
  const { replay }: { replay: Replay } = JSON.parse(await answer.text());
  return p.until("the replay done", async () => {
    const now = await p.json<{ replay: Replay }>(`/api/dead-letters/replays/${replay.replay_id}`);
    return now.replay.state === "done" && now.replay;
  });
}

test("a storm of dead letters is one issue, one alert and one replay", { timeout: 120_000 }, async () => {
  const events = await storm();
  await send(
    "AUDIT",
    events.map(({ received }) => received),
  );
  await p.until("the signals", async () => (await fates())[0]?.n === STORM);
  await send(
    "SIGNALS_DEAD",
    events.map(({ signal }, number) => letterOf(signal, number)),
  );
  await p.until("the letters", async () => (await issues())[0]?.open === STORM);
  expect(await issues()).toMatchObject([{ letters: STORM, open: STORM, reopened: 0 }]);
  expect(await fates()).toEqual([{ fate: "dead_lettered", n: STORM }]);

  await p.tick();
  await p.tick();
  await p.until("the alert in Slack", async () => (await told()) === 1);
  const [issue] = await issues();
  const alerts = await p.query("SELECT alert, state FROM alerts WHERE alert LIKE 'dead_letters:%'");
  expect(alerts).toEqual([{ alert: `dead_letters:${issue?.fingerprint}`, state: "firing" }]);

  const filter = { fingerprint: issue?.fingerprint };
  const preview = await p.post("/api/dead-letters/replay", { filter, dry_run: true });
  expect(await preview.json()).toEqual({ count: STORM, by_queue: [{ queue: "signals", count: STORM }], effects: [] });
  expect(await replayed({ filter })).toMatchObject({ total: STORM, done: STORM });
  await p.until("every signal decided", async () => {
    const rows = await fates();
    return rows.length === 1 && rows[0]?.fate === "no_action" && rows[0].n === STORM;
  });
  expect(await issues()).toEqual([]);

  await p.tick();
  await p.until("the recovery in Slack", async () => (await told()) === 2);
  await p.until("fates conserved", async () => {
    const [row] = await p.query("SELECT counters FROM rollups WHERE grain = 'total'");
    const counters: Record<string, number> = JSON.parse(String(row?.counters ?? "{}"));
    const sum = (name: string) =>
      Object.entries(counters).reduce((total, [series, value]) => total + (series.startsWith(name) ? value : 0), 0);
    return sum("signals_received{") === sum("signals{") && sum("signals{") === STORM + 2;
  });

  const poison = events[0];
  if (poison === undefined) throw new Error("no events");
  await send("SIGNALS_DEAD", [letterOf(poison.signal, 0)]);
  await p.until("the letter back", async () => (await issues())[0]?.open === 1);
  expect(await issues()).toMatchObject([{ letters: STORM, open: 1, reopened: 1 }]);
  expect(await p.query("SELECT count(*) AS n, max(times) AS times FROM dead_letters")).toEqual([
    { n: STORM, times: 2 },
  ]);

  const discarded = await p.post("/api/dead-letters/discard", { filter, reason: "it is a test" });
  expect(await discarded.json()).toEqual({ discarded: 1 });
  expect(await issues()).toEqual([]);
});

test("the metrics are shown and given to Prometheus", async () => {
  const { service, totals } = await p.json<{ service: { total: number }; totals: Record<string, number> }>(
    "/api/metrics",
  );
  expect(service.total).toBeGreaterThanOrEqual(STORM);
  expect(totals['signals_received{source="standard"}']).toBe(STORM);
});
