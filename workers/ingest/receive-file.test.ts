// Files as they are uploaded: what their bytes are, what the sender says of them, and what is answered.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { Envelope } from "#contract/envelope.ts";
import type { IntentObserved } from "#contract/intent-observed.ts";
import { deadLetter, intentObserved, parsePayload } from "#contract/messages.ts";
import type { AnyQueue } from "#runtime/publish.ts";
import { answerTo } from "./answers.ts";
import type { Lane } from "./backlog.ts";
import { receiveFile } from "./receive-file.ts";

const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const ROW = "Acme,acme.com,1-10,tech,cat,crm,72,austin[70],US\n";
const payload = (name: string): { raw: string } =>
  JSON.parse(readFileSync(`${import.meta.dirname}/../../tests/payloads/bombora/${name}.csv.json`, "utf8"));

type Upload = {
  query?: string;
  headers?: Record<string, string>;
  settings?: Record<string, string>;
  refusing?: AnyQueue;
  /** Whether the source is within its limit. */
  within?: boolean;
  behind?: Lane;
};

async function upload(
  body: BodyInit | null,
  { query = "", headers, settings, refusing, within = true, behind }: Upload = {},
) {
  const parts: IntentObserved[] = [];
  const letters: Envelope[] = [];
  const request = new Request(`https://edge.example.com/hooks/bombora${query}`, {
    method: "POST",
    headers: { authorization: "Bearer token", ...headers },
    body,
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  });
  const outcome = await receiveFile(request, TRACE, {
    settings: { INGEST_TOKENS: "token", ...settings },
    publish: async (queue, envelopes) => {
      if (queue === refusing && envelopes.length > 0) throw new Error("10250 Queue is overloaded");
      for (const envelope of envelopes) {
        const parsed = parsePayload(intentObserved, Envelope.parse(envelope));
        if (queue === "intent" && parsed.ok) parts.push(parsed.event.payload);
        else letters.push(envelope);
      }
    },
    limit: async () => within,
    shedLevel: async (lane) => (lane === behind ? "low" : "none"),
    log: () => {},
    now: () => NOW,
    newEventId: uuidv7,
  });
  const taken = outcome.kind === "file_taken";
  const response = taken ? Response.json(outcome.receipt, { status: 202 }) : answerTo(outcome, TRACE);
  const answer: Record<string, unknown> = JSON.parse(await response.text());
  const retryAfter = response.headers.get("retry-after");
  return { status: response.status, retryAfter, answer, parts, letters };
}

describe("who may upload", () => {
  test("a source over its limit is asked to come back, and nothing of the file is taken", async () => {
    const { status, parts } = await upload(ROW, { within: false });
    expect(status).toBe(429);
    expect(parts).toEqual([]);
  });

  test.for(["intent", "signals-bulk"] as const)(
    "while %s is behind, a file waits, and none of it is taken",
    async (behind) => {
      const { status, retryAfter, parts } = await upload(ROW, { behind });
      expect([status, retryAfter, parts]).toEqual([429, "120", []]);
    },
  );

  test("nobody without a token, and not a byte of the body is read", async () => {
    let pulled = 0;
    const pull = () => {
      pulled += 1;
    };
    const body = new ReadableStream({ pull }, { highWaterMark: 0 });
    const { status, answer } = await upload(body, { headers: { authorization: "Bearer other" } });
    expect([status, answer]).toMatchObject([
      401,
      { type: "urn:dealwire:problem:bad-signature", correlation_id: TRACE },
    ]);
    expect(pulled).toBe(0);
  });
  test("nobody while no token is set, or while the columns make no sense", async () => {
    const missing = await upload(ROW, { settings: { INGEST_TOKENS: " " } });
    expect([missing.status, missing.answer.detail]).toEqual([
      503,
      expect.stringMatching(/INGEST_TOKENS.*configuration/),
    ]);
    const wrong = await upload(ROW, { settings: { BOMBORA_COLUMNS: "[]" } });
    expect([wrong.status, wrong.answer.detail]).toEqual([503, expect.stringContaining("BOMBORA_COLUMNS")]);
  });
});

describe("what is taken", () => {
  test("Bombora's own sample, the repetitions for each metropolitan area once", async () => {
    const { status, answer, parts } = await upload(payload("adat.all-domains-all-topics").raw);
    expect([status, answer]).toEqual([
      202,
      { accepted: 8, ignored: 3, rejected: 0, signals: [], rows: 11, errors: [] },
    ]);
    expect(parts).toMatchObject([{ source: "bombora", report_date: "2026-11-21", first_row: 1, rows: { length: 8 } }]);
    expect(parts[0]?.rows[7]).toEqual({
      domain: "100doo.si",
      topic: "recurring journal entries",
      score: 11,
      company: "100 d.o.o.",
      size: "1-10 employees",
      industry: "motion pictures and film",
    });
  });
  test.each([
    ["plain", new TextEncoder().encode(ROW)],
    ["with a byte order mark", new TextEncoder().encode(`\u{FEFF}${ROW}`)],
    ["gzip", gzipSync(ROW)],
    ["gzip of several parts", Buffer.concat([gzipSync(ROW.slice(0, 20)), gzipSync(ROW.slice(20))])],
    ["with a company in Latin-1", Buffer.from(ROW.replace("Acme", "Müller"), "latin1")],
  ])("a file that is %s, whatever its headers say", async (_what, bytes) => {
    for (const encoding of ["gzip", "identity"]) {
      const { answer, parts } = await upload(new Uint8Array(bytes), { headers: { "content-encoding": encoding } });
      expect(answer).toMatchObject({ accepted: 1, rejected: 0 });
      expect(parts[0]?.rows).toMatchObject([{ domain: "acme.com", score: 72 }]);
    }
  });
  test.each([null, "", new Uint8Array(gzipSync(""))])("an empty file is nothing", async (body) => {
    const { status, answer } = await upload(body);
    expect([status, answer]).toMatchObject([202, { rows: 0, accepted: 0 }]);
  });
  test("a file larger than any other source may send", async () => {
    const rows = Array.from({ length: 60_000 }, (_, n) =>
      ROW.replace("acme.com", `a${n}.com`).replace("crm", "x".repeat(60)),
    );
    const { answer } = await upload(rows.join(""));
    expect(answer).toMatchObject({ accepted: 60_000 });
  });
});

describe("what the sender says of it", () => {
  test.each<[string, Upload, string, string]>([
    ["the query", { query: "?file=surge-20261115.csv" }, "surge-20261115.csv", "2026-11-15"],
    ["a date beats the name's", { query: "?file=20261115&date=2026-11-08" }, "20261115", "2026-11-08"],
    [
      "Content-Disposition",
      { headers: { "content-disposition": 'attachment; filename="a b.csv"' } },
      "a b.csv",
      "2026-11-21",
    ],
    ["a name's day to come is none", { query: "?file=20991231.csv" }, "20991231.csv", "2026-11-21"],
  ])("%s", async (_what, given, fileId, date) => {
    expect((await upload(ROW, given)).parts).toMatchObject([{ file_id: fileId, report_date: date }]);
  });
  test("a file without a name is known by its beginning", async () => {
    const [first, again, other] = [await upload(ROW), await upload(ROW), await upload(ROW + ROW)];
    expect(first.parts[0]?.file_id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(again.parts[0]?.file_id).toBe(first.parts[0]?.file_id);
    expect(other.parts[0]?.file_id).not.toBe(first.parts[0]?.file_id);
  });
  test("where to go on, in the header or the query", async () => {
    const rows = ["a", "b", "c"].map((name) => ROW.replace("acme", name)).join("");
    for (const given of [{ headers: { "x-dealwire-resume-row": "3" } }, { query: "?from_row=3" }]) {
      const { answer, parts } = await upload(rows, given);
      expect(answer).toMatchObject({ rows: 1, accepted: 1 });
      expect(parts).toMatchObject([{ first_row: 3, rows: [{ domain: "c.com" }] }]);
    }
  });
  test.each(["?from_row=0", "?from_row=x", "?from_row=1.5", "?date=soon", "?date=2099-01-01"])(
    "%s is refused",
    async (query) => {
      expect((await upload(ROW, { query })).status).toBe(400);
    },
  );
});

describe("what is refused", () => {
  test("UTF-16, by its name", async () => {
    const { status, answer } = await upload(new Uint8Array(Buffer.from(`\u{FEFF}${ROW}`, "utf16le")));
    expect([status, answer.detail]).toEqual([400, expect.stringContaining("UTF-16")]);
  });
  test("a file that broke off or is damaged, with what was taken of it", async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => ROW.replace("acme", `a${(n * 7919) % 104_729}`)).join("");
    const whole = gzipSync(rows);
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, whole.byteLength / 2, whole.byteLength / 2 + 100);
    for (const bytes of [whole.subarray(0, whole.byteLength / 2), whole.subarray(0, -1), damaged]) {
      const { status, answer, parts } = await upload(new Uint8Array(bytes));
      const taken = parts.reduce((sum, part) => sum + part.rows.length, 0);
      expect(status).toBe(400);
      expect(answer).toMatchObject({ type: "urn:dealwire:problem:file-broken", accepted: taken });
      expect(answer.next_row).toBe(Number(answer.rows) + 1);
      expect(answer.detail).toMatch(new RegExp(`${taken} rows .*sent again.*resume-row: ${answer.next_row}`));
      expect(taken).toBeGreaterThan(1_000);
    }
  });
  test("a connection that breaks is a file that breaks off", async () => {
    let pulls = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (pulls++ < 3) controller.enqueue(new TextEncoder().encode(`${ROW}half a row`));
        else controller.error(new Error("Network connection lost."));
      },
    });
    const { status, answer } = await upload(body);
    expect([status, answer]).toMatchObject([400, { accepted: 1, ignored: 2, next_row: 4 }]);
  });
  test("rows that are not understood are one dead letter with the first of them", async () => {
    const { answer, letters } = await upload(`${ROW}${"x\n".repeat(30)}`, { query: "?file=surge.csv" });
    expect(answer).toMatchObject({ accepted: 1, rejected: 30, errors: { length: 20 } });
    expect(letters).toHaveLength(1);
    expect(deadLetter.schema.parse(letters[0]?.payload)).toMatchObject({
      queue: "intent",
      stage: "ingest",
      code: "invalid_event",
      reason: "30 rows of surge.csv were not understood; row 2: 1 columns, where the first row has 9",
      event: { file_id: "surge.csv", rejected: 30, rows: { length: 20 } },
    });
  });
  test.each(["intent", "intent-dead"] as const)("when %s refuses, with 503 and where to go on", async (refusing) => {
    const { status, answer } = await upload(`${ROW}x\n`, { refusing });
    const [accepted, next] = refusing === "intent" ? [0, 1] : [1, 3];
    expect([status, answer]).toMatchObject([
      503,
      { accepted, next_row: next, type: "urn:dealwire:problem:queue-refused" },
    ]);
  });
});
