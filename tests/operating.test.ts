// Things that go wrong, brought about in the whole system: the alert that says so, what docs/operating.md tells people to do,
// and that the alert is over then. The others of that page have tests of their own, which it names.
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Envelope } from "#contract/envelope.ts";
import { auditStep } from "#contract/messages.ts";
import { stepOf } from "#runtime/audit.ts";
import { createEnvelope, pack } from "#runtime/publish.ts";
import { receivedStep } from "#runtime/received-step.ts";
import { signalOf } from "#runtime/signal.ts";
import { ANA, dealChange, putDeal } from "./support/deals.ts";
import { Pipeline } from "./support/pipeline.ts";

const HOUR_MS = 3_600_000;
const p = new Pipeline({
  ALERTS: JSON.stringify({ conservation_minutes: 0.000_001 }),
  LLM_PROVIDER: "openai-compatible",
  LLM_DAILY_BUDGET_USD: "0.000001",
});
const ports = { now: Date.now, newEventId: uuidv7, codeVersion: "test" };
beforeAll(() => p.start());
afterAll(() => p.stop());

async function stateOf(alert: string): Promise<string | null> {
  await p.tick();
  const [row] = await p.query("SELECT state FROM alerts WHERE alert = ?", alert);
  return row === undefined ? null : String(row.state);
}
const becomes = (alert: string, state: string) =>
  p.until(`${alert} ${state}`, async () => (await stateOf(alert)) === state, 60_000);

async function put(worker: string, binding: string, envelopes: readonly Envelope[]): Promise<void> {
  const queue = await p.queue(worker, binding);
  for (const body of pack(envelopes)) await queue.send(body, { contentType: "text" });
}

test("the sum of the fates is off because a step is a dead letter; its replay makes it whole", async () => {
  const now = new Date().toISOString();
  const about = { signal_type: "custom", subject: "standard:lost", account_id: null, deal_id: null, contact_id: null };
  const draft = { ...about, signal_type: "custom", payload: { event: "note.added" }, fired_at: now } as const;
  const made = await signalOf({ ...draft, identity: ["lost"] }, "standard", now);
  if (!made.ok) throw new Error(made.reason);
  const origin = { correlation_id: made.correlationId, priority: "standard", causation_id: null } as const;
  const { signal_id } = made.signal;
  const decided = stepOf({ signal_id, layer: "decide", step: "decided", at: now, summary: "No.", fate: "no_action" });
  await put("enrich", "AUDIT", [createEnvelope(auditStep, decided, origin, ports)]);
  // As the platform moves a message there that its consumer never finished with.
  await put("ledger", "AUDIT_DEAD", [createEnvelope(auditStep, receivedStep(made.signal, "ingest", 1), origin, ports)]);
  const signal = async () => (await p.query("SELECT source, fate FROM signals WHERE signal_id = ?", signal_id))[0];
  await p.until("a row of nothing but a decision", async () => (await signal())?.source === "unknown");
  await p.until("the letter", async () => (await p.query("SELECT * FROM dead_letters")).length === 1);
  await becomes("conservation", "firing");

  expect((await p.post("/api/dead-letters/replay", { filter: { queue: "audit" } })).status).toBe(202);
  await p.until("the row whole", async () => (await signal())?.source === "standard");
  expect(await signal()).toEqual({ source: "standard", fate: "no_action" });
  await becomes("conservation", "recovered");
});

test("an approval that is late in the read model is poked and told, and over when it is not", async () => {
  await putDeal(p, "891");
  await p.hubspot([dealChange("891")]);
  const where = "subject = 'hubspot:891' AND state = 'pending'";
  const [row] = await p.until("the draft", async () => {
    const rows = await p.query(`SELECT action_id, due_at, owner_email FROM approvals WHERE ${where}`);
    return rows.length > 0 && rows;
  });
  expect(row?.owner_email).toBe(ANA);
  await p.query(`UPDATE approvals SET due_at = '2026-01-01T00:00:00.000Z' WHERE ${where}`);
  await becomes("overdue", "firing");
  expect(p.logs().some((line) => line.includes('"overdue_poked","count":1,"failed":0'))).toBe(true);
  await p.query(`UPDATE approvals SET due_at = ? WHERE ${where}`, row?.due_at);
  await becomes("overdue", "recovered");
});

test("a source that usually sends and fell silent is told of until it sends again", async () => {
  const counters = JSON.stringify({
    'signals_received{source="gong"}': 3,
    'signals{source="gong",fate="no_action"}': 3,
  });
  for (let hours = 3; hours < 26; hours += 1) {
    const at = new Date(Date.now() - hours * HOUR_MS).toISOString().slice(0, 13);
    await p.query("INSERT OR REPLACE INTO rollups VALUES ('hour', ?, ?)", at, counters);
  }
  await becomes("quiet:gong", "firing");
  const hour = new Date().toISOString().slice(0, 13);
  await p.query("INSERT OR REPLACE INTO rollups VALUES ('hour', ?, ?)", hour, counters);
  await becomes("quiet:gong", "recovered");
});

test("a model that used up its day's money is told of, and rules decide alone", async () => {
  const call = async (deal: string) => {
    await putDeal(p, deal, { notes_last_updated: new Date().toISOString(), hs_next_step: "Send the offer" });
    const event = { type: "call.completed", timestamp: new Date().toISOString(), data: { deal_id: `hubspot:${deal}` } };
    const accepted = await (await p.standard(event)).json<{ signals: { signal_id: string }[] }>();
    const id = accepted.signals[0]?.signal_id ?? "";
    const sql = "SELECT data->>'decided_by' AS decided_by FROM trail WHERE signal_id = ? AND step = 'decided'";
    const [step] = await p.until(`the decision on ${deal}`, async () => {
      const steps = await p.query(sql, id);
      return steps.length > 0 && steps;
    });
    return step?.decided_by;
  };
  await call("892");
  expect(["rules", "fallback"]).toContain(await call("893"));
  await becomes("budget:exhausted", "firing");
});
