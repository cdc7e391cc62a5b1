// A report file, end to end: its rows in D1, one signal for each topic that began to surge, and none for what was known.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline();
beforeAll(() => pipeline.start());
afterAll(() => pipeline.stop());

type Row = readonly [domain: string, topic: string, score: number];

/** As the "Master Surge" feed: gzip, nine columns, no header. */
function report(...rows: readonly Row[]): Uint8Array<ArrayBuffer> {
  const lines = rows.map(
    ([domain, topic, score]) => `"Acme, Inc.",${domain},1-10,,cat,${topic},${score},austin[70],US`,
  );
  return new Uint8Array(gzipSync(`${lines.join("\r\n")}\r\n`));
}
async function upload(file: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const response = await pipeline.fetch(`/hooks/bombora?file=${file}`, {
    method: "POST",
    headers: { authorization: "Bearer local-ingest-token", ...headers },
    body,
  });
  return { status: response.status, body: await response.json<Record<string, unknown>>() };
}
const kept = () => pipeline.query("SELECT * FROM intent ORDER BY domain, topic");
const surges = () =>
  pipeline.query("SELECT subject, fired_at, event, source FROM signals ORDER BY fired_at, subject, signal_id");
const surge = (domain: string, day: string) => ({
  subject: `domain:${domain}`,
  fired_at: `${day}T00:00:00.000Z`,
  event: "intent.surged",
  source: "bombora",
});
/** Waits until a marker, the last row of a report, is in D1: what came before it on the queue is, too. */
const until = (topic: string) =>
  pipeline.until(`${topic} in D1`, async () => (await kept()).some((row) => row.topic === topic));

test("a report becomes rows and a signal for each crossing, and again none; the next week's crossing is one more", async () => {
  const first = report(["acme.com", "crm", 72], ["acme.com", "erp", 40], ["beta.io", "crm", 60], ["beta.io", "w1", 0]);
  const answer = await upload("surge-20261108.csv.gz", first);
  expect(answer).toEqual({
    status: 202,
    body: { accepted: 4, ignored: 0, rejected: 0, signals: [], rows: 4, errors: [] },
  });
  await pipeline.settle(2);
  const week1 = [surge("acme.com", "2026-11-08"), surge("beta.io", "2026-11-08")];
  expect(await surges()).toEqual(week1);
  expect(await kept()).toMatchObject([
    { domain: "acme.com", topic: "crm", source: "bombora", score: 72, previous_score: null, report_date: "2026-11-08" },
    { topic: "erp", score: 40 },
    { domain: "beta.io", topic: "crm", score: 60 },
    { topic: "w1", score: 0 },
  ]);

  await upload("surge-20261108.csv.gz", first);
  const second = report(["acme.com", "crm", 80], ["acme.com", "erp", 61], ["beta.io", "crm", 30], ["beta.io", "w2", 0]);
  expect((await upload("surge-20261115.csv.gz", second)).status).toBe(202);
  await until("w2");
  await pipeline.settle(3);
  expect(await surges()).toEqual([...week1, surge("acme.com", "2026-11-15")]);
  expect(await kept()).toMatchObject([
    { topic: "crm", score: 80, previous_score: 72, report_date: "2026-11-15", first_seen: "2026-11-08" },
    { topic: "erp", score: 61, previous_score: 40 },
    { topic: "crm", score: 30, previous_score: 60 },
    { topic: "w1", report_date: "2026-11-08" },
    { topic: "w2", previous_score: null },
  ]);

  // An old report that comes late changes nothing.
  await upload("surge-20261108.csv.gz", report(["acme.com", "erp", 99], ["beta.io", "late", 0]));
  await until("late");
  expect(await kept()).toMatchObject([{ score: 80 }, { score: 61 }, { score: 30 }, { topic: "late" }, {}, {}]);
  await pipeline.settle(3);
});

test("rows that are not understood are one dead letter, and a file cut short says where to go on", async () => {
  const answer = await upload("bad-20261115.csv.gz", report(["acme.com", "hr", 10], ["no domain", "hr", 10]));
  expect(answer.body).toMatchObject({ accepted: 1, rejected: 1, errors: [{ row: 2 }] });
  const letters = () => pipeline.query("SELECT queue, stage, code, reason FROM dead_letters");
  await pipeline.until("the dead letter", async () => (await letters()).length > 0);
  expect(await letters()).toEqual([
    { queue: "intent", stage: "ingest", code: "invalid_event", reason: expect.stringMatching(/^1 rows .* row 2: /) },
  ]);

  const rows = Array.from({ length: 5_000 }, (_, n): Row => [`company-${(n * 7919) % 104729}.com`, `topic ${n}`, 10]);
  const whole = report(...rows);
  const cut = await upload("cut-20261115.csv.gz", whole.slice(0, whole.byteLength / 2));
  expect(cut.status).toBe(400);
  const next = Number(cut.body.next_row);
  expect(cut.body).toMatchObject({ type: "urn:dealwire:problem:file-broken", accepted: next - 1, rows: next - 1 });
  expect(next).toBeGreaterThan(1_000);
  const rest = await upload("cut-20261115.csv.gz", whole, { "x-dealwire-resume-row": String(next) });
  expect(rest).toMatchObject({ status: 202, body: { accepted: 5_001 - next } });
  await pipeline.until("all rows", async () => {
    const [row] = await pipeline.query("SELECT count(*) AS n FROM intent WHERE domain LIKE 'company-%'");
    return row?.n === 5_000;
  });
});
