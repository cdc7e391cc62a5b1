import { gzipSync } from "node:zlib";
import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import type { Envelope } from "#contract/envelope.ts";
import { fileDropped, intentObserved, parsePayload } from "#contract/messages.ts";
import { type Batch, consume } from "#runtime/consume.ts";
import { eachEvent } from "#runtime/each-event.ts";
import { createFileStore, type FileBucket } from "./file-store.ts";
import { importFile } from "./import-file.ts";
import { wrapNotifications } from "./wrap-notification.ts";

const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const KEY = "bombora/surge-20261115.csv.gz";
const line = (n: number) => `Acme,c${n}.com,1-10,,cat,topic ${n},${n % 101},austin[70],US\n`;
const lines = (count: number) => Array.from({ length: count }, (_, n) => line(n)).join("");
const notification = (key = KEY, action = "PutObject") => ({
  account: "3f4b7e3dcab231cbfdaa90a6a28bd548",
  action,
  bucket: "dealwire-imports",
  object: action === "DeleteObject" ? { key } : { key, size: 1, eTag: "x" },
  eventTime: "2026-11-21T07:59:59.000Z",
});

/** A bucket, a queue that may refuse, and a clock that runs `msPerSend` with every send. */
function inbox() {
  const objects = new Map<string, Uint8Array<ArrayBuffer>>();
  const state = { calls: 0, refuseAfterCalls: Number.POSITIVE_INFINITY, msPerSend: 0, now: NOW, down: false };
  const sent: { queue: string; envelope: Envelope }[] = [];
  const bucket: FileBucket = {
    async get(key) {
      if (state.down) throw new Error("10001 internal error");
      const bytes = objects.get(key);
      if (bytes === undefined) return null;
      const blob = new Blob([bytes]);
      return { etag: `etag-${bytes.byteLength}`, body: blob.stream(), text: () => blob.text() };
    },
    async put(key, value) {
      const bytes = new Uint8Array(typeof value === "string" ? new TextEncoder().encode(value) : value);
      objects.set(key, bytes);
      return { etag: `etag-${bytes.byteLength}` };
    },
  };
  const rows = () =>
    sent.flatMap(({ queue, envelope }) => {
      const parsed = queue === "intent" ? parsePayload(intentObserved, envelope) : null;
      return parsed?.ok ? parsed.event.payload.rows : [];
    });
  const publish = async (queue: string, envelopes: readonly Envelope[]) => {
    if (queue === "intent" && state.calls >= state.refuseAfterCalls) throw new Error("10250 Queue is overloaded");
    state.calls += queue === "intent" ? 1 : 0;
    state.now += queue === "intent" ? state.msPerSend : 0;
    for (const envelope of envelopes) sent.push({ queue, envelope });
  };
  const ports = {
    now: () => state.now,
    newEventId: uuidv7,
    publish,
    log: () => {},
    random: () => 0,
    retryBaseSeconds: 0,
  };
  const handle = eachEvent<Parameters<typeof importFile>[0]["payload"]>(
    (event) => importFile(event, { files: createFileStore(bucket), columns: "", ...ports }),
    ports.log,
  );
  /** Delivers one message body; answers what came out besides rows. */
  const deliver = async (body: unknown) => {
    const from = sent.length;
    const batch: Batch = { messages: [{ body, ack() {}, retry() {} }] };
    await consume("imports", fileDropped, wrapNotifications(batch, ports), handle, ports);
    return sent.slice(from).filter(({ queue }) => queue !== "intent");
  };
  const report = () => {
    const bytes = objects.get(`${KEY}.report.json`);
    return bytes === undefined ? null : JSON.parse(new TextDecoder().decode(bytes));
  };
  const drop = (text: string, key = KEY) => objects.set(key, new Uint8Array(gzipSync(text)));
  return { state, sent, rows, deliver, report, drop, objects };
}

test("a file becomes rows, and a report beside it that says which were not understood and why", async () => {
  const { deliver, drop, rows, report, sent } = inbox();
  drop(`${lines(3)}Acme,no domain,,,cat,crm,72,austin,US\n`);
  expect(await deliver(notification())).toEqual([]);
  expect(rows()).toHaveLength(3);
  expect(sent[0]?.envelope).toMatchObject({
    priority: "low",
    payload: { report_date: "2026-11-15", file_id: "surge-20261115.csv.gz" },
  });
  expect(report()).toMatchObject({
    key: KEY,
    state: "done",
    rows: 4,
    accepted: 3,
    rejected: 1,
    next_row: 5,
    errors: [{ row: 4, reason: expect.stringContaining("domain") }],
    reason: null,
  });
});

test("a notification that comes again reads nothing again; another file under the same key does", async () => {
  const { deliver, drop, rows } = inbox();
  drop(lines(3));
  await deliver(notification());
  await deliver(notification());
  expect(rows()).toHaveLength(3);
  drop(lines(500));
  await deliver(notification());
  expect(rows()).toHaveLength(503);
});

test("a run that takes too long ends at a checkpoint and goes on from there, and the report counts each row once", async () => {
  const { deliver, drop, rows, report, state } = inbox();
  drop(`${lines(60_000)}Acme,no domain,,,cat,crm,72,austin,US\n`);
  state.msPerSend = 20_000;
  const [next] = await deliver(notification());
  expect(report()).toMatchObject({ state: "reading", rows: 50_000, next_row: 50_001 });
  expect(rows()).toHaveLength(50_000);
  expect(next).toMatchObject({ queue: "imports", envelope: { attempt: 1 } });
  state.msPerSend = 0;
  expect(await deliver(JSON.stringify([next?.envelope]))).toEqual([]);
  expect(new Set(rows().map(({ domain }) => domain)).size).toBe(60_000);
  expect(rows()).toHaveLength(60_000);
  expect(report()).toMatchObject({ state: "done", rows: 60_001, accepted: 60_000, rejected: 1 });
});

test("a queue that refuses is tried again, from the last checkpoint", async () => {
  const { deliver, drop, rows, report, state } = inbox();
  drop(lines(60_000));
  state.refuseAfterCalls = 35;
  const [again] = await deliver(notification());
  expect(again).toMatchObject({ queue: "imports", envelope: { attempt: 2 } });
  expect(report()).toMatchObject({ state: "reading", next_row: 50_001 });
  const before = rows().length;
  state.refuseAfterCalls = Number.POSITIVE_INFINITY;
  await deliver(JSON.stringify([again?.envelope]));
  expect(rows().length - before).toBe(10_000);
  expect(report()).toMatchObject({ state: "done", rows: 60_000, accepted: 60_000 });
});

test.for([
  ["a file cut short", KEY, "before row", "broken_off"],
  ["a file of something else", KEY, "no header that is known", "not_understood"],
  ["a file that is gone", "other.csv", "no other.csv in the bucket", null],
] as const)("%s is a dead letter that says so, and the report does too", async ([what, key, reason, state]) => {
  const { deliver, drop, report, objects } = inbox();
  drop(what.includes("else") ? "hello\nworld\n" : lines(2_000));
  const whole = objects.get(KEY) ?? new Uint8Array();
  if (what.includes("short")) objects.set(KEY, whole.slice(0, whole.byteLength / 2));
  const letters = await deliver(notification(key));
  expect(letters).toMatchObject([
    {
      queue: "imports-dead",
      envelope: { payload: { code: "invalid_event", reason: expect.stringContaining(reason) } },
    },
  ]);
  expect(report()?.state ?? null).toBe(state);
});

test("a bucket that is down is tried again", async () => {
  const { deliver, state } = inbox();
  state.down = true;
  expect(await deliver(notification())).toMatchObject([{ queue: "imports", envelope: { attempt: 2 } }]);
});

test("what R2 tells of deletions, and of the reports themselves, is nothing to read", async () => {
  const { deliver, sent } = inbox();
  await deliver(notification(KEY, "DeleteObject"));
  await deliver(notification(`${KEY}.report.json`));
  expect(sent).toEqual([]);
});

test.for([
  [{ ...notification(), action: "TouchObject" }, "/action"],
  [{ ...notification(), object: { key: KEY } }, "/object/size"],
  ["not R2's words", ""],
  [null, ""],
] as const)("%j is a dead letter with the reason", async ([body, pointer]) => {
  const { deliver } = inbox();
  expect(await deliver(body)).toMatchObject([
    { queue: "imports-dead", envelope: { payload: { code: "malformed", reason: expect.stringContaining(pointer) } } },
  ]);
});
