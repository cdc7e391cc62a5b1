// What reaches us by mail and by the bucket, end to end: rows and signals as from an upload, and a report of each file.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline();
beforeAll(() => pipeline.start());
beforeEach(() => pipeline.reset());
afterAll(() => pipeline.stop());

const INBOX = "deals@in.dealwire.example";
const eml = (name: string) => readFileSync(`tests/payloads/email/${name}`, "utf8");
const mail = (from: string, raw: string) =>
  pipeline.fetch(`/sandbox/email?${new URLSearchParams({ from, to: INBOX })}`, { method: "POST", body: raw });
const signals = () => pipeline.query("SELECT source, event, subject FROM signals ORDER BY event");
const untilSignals = (count: number) =>
  pipeline.until(`${count} signals`, async () => (await signals()).length === count);
async function report(key: string, state: string) {
  return pipeline.until(`the report of ${key}`, async () => {
    const response = await pipeline.fetch(`/sandbox/imports/${key}.report.json`);
    const body: Record<string, unknown> = response.ok ? await response.json() : {};
    return body.state === state && body;
  });
}
const drop = (key: string, text: string) =>
  pipeline.fetch(`/sandbox/imports/${key}`, { method: "PUT", body: new Uint8Array(gzipSync(text)) });

test("a file in the bucket becomes rows and signals, and its report names the row that was not understood", async () => {
  const text = "Acme,acme.com,1-10,,cat,crm,72,austin[70],US\nBad,no domain,1-10,,cat,crm,1,austin[70],US\n";
  expect((await drop("bombora/surge-20261115.csv.gz", text)).status).toBe(201);
  const told = await report("bombora/surge-20261115.csv.gz", "done");
  expect(told).toMatchObject({ rows: 2, accepted: 1, rejected: 1, errors: [{ row: 2 }] });
  await untilSignals(1);
  expect(await signals()).toEqual([{ source: "bombora", event: "intent.surged", subject: "domain:acme.com" }]);
});

test("a notification that is not R2's is a dead letter", async () => {
  const queue = await pipeline.queue("inbox", "IMPORTS");
  await queue.send({ hello: 1 }, { contentType: "json" });
  const letters = () => pipeline.query("SELECT queue, stage, code FROM dead_letters");
  await pipeline.until("the dead letter", async () => (await letters()).length > 0);
  expect(await letters()).toEqual([{ queue: "imports", stage: "inbox", code: "malformed" }]);
});

test("a report by mail is read as if it were dropped; anybody else's is refused and leaves nothing", async () => {
  expect((await mail("reports@bombora.example", eml("bombora-report.eml"))).status).toBe(200);
  await untilSignals(1);
  expect(await signals()).toMatchObject([{ event: "intent.surged" }]);
  const forged = eml("bombora-report.eml").replaceAll("=pass", "=fail");
  expect((await mail("reports@bombora.example", forged)).status).toBe(403);
});

test("a reply, a bounce and a leaving are signals, once each; an absence is none", async () => {
  const forwarder = "rep+caf_=deals=in.dealwire.example@sales.dealwire.example";
  for (const name of ["reply.eml", "left-company.eml", "out-of-office.eml", "reply.eml"]) {
    expect((await mail("ana.duarte@northwind.example", eml(name))).status).toBe(200);
  }
  expect((await mail(forwarder, eml("bounce.eml"))).status).toBe(200);
  await pipeline.settle(3);
  expect(await signals()).toMatchObject([
    { event: "contact.email_bounced" },
    { event: "contact.left_company" },
    { source: "email", event: "email.replied" },
  ]);
});

test("a kept mail is read again on an operator's wish, as the signal that it was", async () => {
  expect((await mail("ana.duarte@northwind.example", eml("reply.eml"))).status).toBe(200);
  await pipeline.settle(1);
  const received = () => pipeline.query("SELECT signal_id, data FROM trail WHERE step = 'received'");
  const [first] = await received();
  const { raw_ref: key } = JSON.parse(String(first?.data));
  expect((await pipeline.post(`/api/raw/${encodeURIComponent(key)}/replay`, {})).status).toBe(202);
  await pipeline.until("the second reading", async () => (await received()).length === 2);
  const [, second] = await received();
  expect(second?.signal_id).toBe(first?.signal_id);
  expect(JSON.parse(String(second?.data))).toMatchObject({ raw_ref: key, replayed_from: key });
});
