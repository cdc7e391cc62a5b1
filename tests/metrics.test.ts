// The metrics against what really happened: signals of several fates go through the pipeline, and every figure of
// /metrics.txt is held against rows, requests and records that were counted otherwise.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signSession } from "#web/auth/session.ts";
import { dealChange, putDeal } from "./support/deals.ts";
import { type Family, readOpenMetrics } from "./support/open-metrics.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const p = new Pipeline();
let families: ReadonlyMap<string, Family>;
const DAY_MS = 86_400_000;
const QUIET = {
  notes_last_updated: new Date().toISOString(),
  closedate: new Date(Date.now() + 90 * DAY_MS).toISOString(),
};

beforeAll(async () => {
  await p.start();
  for (const id of ["701", "702"]) await putDeal(p, id, QUIET);
  for (const id of ["711", "712", "713"]) await putDeal(p, id);
  await p.hubspot(["701", "702", "711", "712", "713"].map((id) => dealChange(id)));
  const call = { timestamp: new Date().toISOString(), data: { text: "hello", contact_id: "hubspot:1" } };
  const standard: Accepted = await (await p.standard({ ...call, type: "call.completed" })).json();
  const signals = 5 + standard.accepted;
  const poison = JSON.stringify([{ event_id: "not one" }]);
  await (await p.queue("ingest", "SIGNALS")).send(poison, { contentType: "text" });
  await p.settle(signals);
  // One more, because an isolate tells with its next call what the ones before were like.
  await p.hubspot([dealChange("702", "dealname", "Once more")]);
  await p.settle(signals + 1);

  const waiting = await p.query("SELECT action_id, snapshot FROM approvals WHERE state = 'pending' ORDER BY action_id");
  const drafts = waiting.map(({ snapshot }) => JSON.parse(String(snapshot)).action);
  expect(drafts).toHaveLength(3);
  await p.post(`/api/approvals/${drafts[0].action_id}/approve`, { content_hash: drafts[0].content_hash });
  await p.post(`/api/approvals/${drafts[1].action_id}/reject`, { reason: "not now" });
  await p.until("what people decided", async () => {
    const [row] = await p.query(
      "SELECT sum(state = 'executed' AND action_id = ?) AS done, sum(state = 'rejected') AS rejected FROM approvals",
      drafts[0].action_id,
    );
    return row?.done === 1 && row.rejected === 1;
  });
  await p.until("the letter", async () => (await p.query("SELECT 1 FROM dead_letters")).length === 1);
  await p.tick();
  // What the alert about the letter itself did is counted, too.
  await p.until("the alert", async () => {
    const [row] = await p.query("SELECT count(*) AS n FROM signals WHERE source = 'dealwire' AND fate = 'executed'");
    return row?.n === 1;
  });
  await p.tick();
  const secret = parseEnv(readFileSync("sandbox/local.env", "utf8")).SESSION_SECRET ?? "";
  const cookie = `dealwire=${await signSession("operator@localhost", secret, Date.now())}`;
  families = readOpenMetrics(await (await p.fetch("/metrics.txt", { headers: { cookie } })).text());
}, 180_000);
afterAll(() => p.stop());

/** The samples of a family by one of its labels. */
function by(name: string, label: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { name: sample, labels, value } of families.get(`dealwire_${name}`)?.samples ?? []) {
    if (/_(bucket|count|sum)$/.test(sample) && !sample.endsWith("_count")) continue;
    const key = labels[label] ?? "";
    sums[key] = (sums[key] ?? 0) + value;
  }
  return Object.fromEntries(Object.entries(sums).filter(([, value]) => value !== 0));
}
const total = (name: string) => Object.values(by(name, "")).reduce((sum, value) => sum + value, 0);

/** Counts of D1 by their first column. */
async function counted(sql: string): Promise<Record<string, number>> {
  return Object.fromEntries((await p.query(sql)).map(({ label, n }) => [String(label), Number(n)]));
}

test("signals by source and by fate are those that there are, and nothing is unaccounted for", async () => {
  expect(by("signals_received", "source")).toEqual(
    await counted("SELECT source AS label, count(*) AS n FROM signals GROUP BY source"),
  );
  expect(by("signals", "fate")).toEqual(
    await counted("SELECT fate AS label, count(*) AS n FROM signals GROUP BY fate"),
  );
  expect(total("signals_received")).toBe(total("signals"));
  expect(total("conservation_difference")).toBe(0);
  expect(total("signals_stuck")).toBe(0);
});

test("every signal that came to a fate has a time, and all of these were within fifteen minutes", async () => {
  const [row] = await p.query("SELECT count(*) AS n FROM signals WHERE fate <> 'in_progress'");
  expect(total("signal_seconds")).toBe(row?.n);
  expect(by("objective", "met")).toEqual({ true: row?.n });
  expect(by("objective_met_ratio", "window")).toEqual({ hour: 1, day: 1, month: 1 });
  expect(by("error_budget_left_ratio", "window")).toEqual({ hour: 1, day: 1, month: 1 });
});

test("steps, decisions and times of stages are those of the trails", async () => {
  expect(by("steps", "step")).toEqual(await counted("SELECT step AS label, count(*) AS n FROM trail GROUP BY step"));
  expect(total("decisions")).toBe(by("steps", "step").decided);
  expect(by("stage_seconds", "stage")).toEqual(
    await counted(`SELECT layer AS label, count(*) AS n FROM trail WHERE duration_ms IS NOT NULL AND step <> 'dead_lettered'
      GROUP BY layer`),
  );
});

test("approvals: who waits, what was decided and how fast, what ran by whose release", async () => {
  const [row] = await p.query("SELECT count(*) AS n FROM approvals WHERE state = 'pending'");
  expect(total("approvals_waiting")).toBe(row?.n);
  expect(total("approvals_overdue")).toBe(0);
  expect(by("people_decided", "step")).toEqual({ approved: 1, rejected: 1 });
  expect(total("decision_seconds")).toBe(2);
  const released = await counted(`SELECT snapshot->>'released_by' AS label, count(*) AS n FROM approvals
    WHERE state = 'executed' GROUP BY 1`);
  expect(by("actions_executed", "released_by")).toEqual(released);
});

test("dead letters, queues, outside systems and jobs are as they are", async () => {
  expect(by("dead_letters", "stage")).toEqual({ enrich: 1 });
  expect(total("dead_letters_open")).toBe(1);
  expect(by("alerts_firing", "kind")).toEqual({ dead_letters: 1 });
  expect(
    Object.keys(
      Object.fromEntries(
        (families.get("dealwire_queue_messages")?.samples ?? []).map(({ labels }) => [labels.queue, 1]),
      ),
    ),
  ).toContain("signals");
  // What an isolate saw it tells with its next call, so the last ones of each may not be told yet.
  const { requests } = await p.sandbox("hubspot");
  const { hubspot = 0 } = by("upstream_calls", "system");
  expect(hubspot).toBeGreaterThan(0);
  expect(hubspot).toBeLessThanOrEqual(requests.length);
  const jobs = by("job_last_run_timestamp_seconds", "job");
  expect(Object.keys(jobs).sort()).toEqual(["forget", "hourly", "minute", "replays"]);
  expect(Math.abs((jobs.minute ?? 0) - Date.now() / 1_000)).toBeLessThan(120);
});

test("operations are counted as they happen, and priced", async () => {
  const operations = by("operations", "kind");
  for (const kind of ["requests", "queue_operations", "d1_rows_written", "object_requests", "log_bytes"]) {
    expect([kind, (operations[kind] ?? 0) > 0]).toEqual([kind, true]);
  }
  expect(by("signal_cost_usd", "window").day).toBeGreaterThan(0.000_001);
  expect(by("signal_cost_usd", "window").day).toBeLessThan(0.001);
});

test("no counter names anybody", async () => {
  const { totals } = await p.json<{ totals: Record<string, number> }>("/api/metrics");
  expect(Object.keys(totals).some((series) => series.startsWith("person_decided{"))).toBe(true);
  expect(JSON.stringify(totals)).not.toContain("@");
});

test("a job of the ledger that did not run is an alert, once, and over when it runs again", async () => {
  await p.query("UPDATE jobs SET ran_at = '2026-01-01T00:00:00.000Z' WHERE job = 'minute'");
  const stateOf = async () => (await p.query("SELECT state FROM alerts WHERE alert = 'job:minute'"))[0]?.state;
  await p.tick(["console"]);
  expect(await stateOf()).toBe("firing");
  await p.tick(["console"]);
  const told = async (text: string) =>
    (await p.sandbox("slack")).requests.filter((request) => JSON.stringify(request).includes(text)).length;
  await p.until("the message", async () => (await told("The job minute of ledger")) > 0);
  await p.tick();
  await p.tick();
  expect(await stateOf()).toBe("recovered");
  await p.until("the end of it", async () => (await told("Over: The job minute of ledger")) > 0);
});
