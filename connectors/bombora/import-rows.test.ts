// The core alone: what is held at once, and what is known when it stops.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IntentObserved } from "#contract/intent-observed.ts";
import { MAX_EVENT_BYTES } from "#contract/queues.ts";
import type { TextPiece } from "./file-text.ts";
import { importRows, type ReportFile } from "./import-rows.ts";

const FILE: ReportFile = {
  source: "bombora",
  fileId: "surge.csv",
  reportDate: "2026-11-15",
  latestDate: "2026-11-22",
  columns: null,
  fromRow: 1,
};
const line = (n: number, score = n % 101, company = "") => `${company},c${n}.com,,,cat,topic ${n},${score},,US\n`;
const lines = (count: number) => Array.from({ length: count }, (_, n) => line(n)).join("");

async function* pieces(text: string, size = 16_384, brokenAt = Number.POSITIVE_INFINITY): AsyncGenerator<TextPiece> {
  for (let at = 0; at < text.length; at += size) {
    if (at >= brokenAt) {
      yield { ok: false, reason: "unexpected end of file" };
      return;
    }
    yield { ok: true, text: text.slice(at, at + size) };
  }
}

async function run(texts: AsyncIterable<TextPiece>, changes: Partial<ReportFile> = {}, refuseAfter = Infinity) {
  const sent: IntentObserved[][] = [];
  const imported = await importRows({ ...FILE, ...changes }, texts, async (parts) => {
    if (sent.length >= refuseAfter) return "10250 Queue is overloaded";
    sent.push(parts.map((part) => IntentObserved.parse(part)));
    return null;
  });
  return { imported, sent, rows: sent.flat().flatMap((part) => part.rows) };
}

describe("memory", () => {
  test("of 20,000 rows never more than one send and one piece are held, and nothing is read while a send waits", async () => {
    let read = 0;
    let taken = 0;
    let most = 0;
    let sending = false;
    async function* counted(): AsyncGenerator<TextPiece> {
      for (let n = 0; n < 20_000; n += 100) {
        expect(sending).toBe(false);
        read += 100;
        yield { ok: true, text: Array.from({ length: 100 }, (_, row) => line(n + row)).join("") };
      }
    }
    const imported = await importRows(FILE, counted(), async (parts) => {
      most = Math.max(most, read - taken);
      taken += parts.reduce((sum, part) => sum + part.rows.length, 0);
      sending = true;
      await new Promise((resolve) => setTimeout(resolve));
      sending = false;
      return null;
    });
    expect(imported).toMatchObject({ kind: "done", progress: { rows: 20_000, accepted: 20_000, nextRow: 20_001 } });
    expect(taken).toBe(20_000);
    expect(most).toBeLessThanOrEqual(5 * 400 + 100);
  });
  test("whatever the rows are like, a part fits a queue message", async () => {
    const text = Array.from({ length: 900 }, (_, n) => line(n, 60, "é😀".repeat(150))).join("");
    const { sent, rows } = await run(pieces(text));
    expect(rows).toHaveLength(900);
    for (const part of sent.flat()) {
      expect(new TextEncoder().encode(JSON.stringify(part)).byteLength).toBeLessThan(60_000);
    }
    expect(MAX_EVENT_BYTES).toBeGreaterThan(60_000);
  });
});

describe("rows", () => {
  test("what is broken costs no other row and is told by its number", async () => {
    const bad = ["x,no domain,,,c,t,50,,US", "x,a.com,,,c,t,101,,US", "x,a.com,,,c,t,50", '"x"x,a.com,,,c,t,50,,US'];
    const { imported, rows } = await run(pieces(`${line(1)}${bad.join("\n")}\n${line(2)}`));
    expect(rows.map(({ domain }) => domain)).toEqual(["c1.com", "c2.com"]);
    expect(imported).toMatchObject({
      kind: "done",
      progress: {
        rows: 6,
        accepted: 2,
        rejected: 4,
        broken: [
          { row: 2, reason: "/domain: expected a domain such as example.com", text: bad[0] },
          { row: 3, reason: expect.stringContaining("/score") },
          { row: 4, reason: "7 columns, where the first row has 9" },
          { row: 5, reason: "text follows a closing quote" },
        ],
      },
    });
  });
  test("of many broken rows the first twenty are told", async () => {
    const { imported } = await run(pieces(line(1) + "x\n".repeat(50)));
    expect(imported).toMatchObject({ progress: { rejected: 50, broken: { length: 20 } } });
  });
  test("a row for each metropolitan area is one row", async () => {
    const { imported, rows } = await run(pieces(line(1) + line(1) + line(2) + line(1)));
    expect(imported).toMatchObject({ progress: { rows: 4, accepted: 3, ignored: 1 } });
    expect(rows).toHaveLength(3);
  });
  test("case and spaces are put right, empty facts are null, and dates of their own make parts of their own", async () => {
    const text = "Domain,Topic,Score,Company,Date\n ACME.com , CRM ,70, ,11/15/2026\nb.io,crm,61.5,B,2026-11-08\n";
    const { sent } = await run(pieces(text));
    expect(sent.flat()).toMatchObject([
      { report_date: "2026-11-15", first_row: 2, rows: [{ domain: "acme.com", topic: "CRM", company: null }] },
      { report_date: "2026-11-08", first_row: 3, rows: [{ score: 61.5, company: "B", size: null }] },
    ]);
  });
  test("a day that has not come is refused", async () => {
    const { imported } = await run(pieces("Domain,Topic,Score,Date\na.com,crm,70,2027-01-01\na.com,crm,70,soon\n"));
    expect(imported).toMatchObject({ progress: { accepted: 0, rejected: 2 } });
  });
  test("any text has an answer that counts every row", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", ".", ",", '"', "\n", "5", "\0"), maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(text, async (rest) => {
        const { imported } = await run(pieces(line(1) + rest, 7));
        if (imported.kind !== "done") throw new Error(imported.kind);
        const { rows, accepted, ignored, rejected } = imported.progress;
        expect(accepted + ignored + rejected).toBe(rows);
      }),
    );
  });
});

describe("what stops it", () => {
  test("a file that breaks off gives all its whole rows and says where to go on", async () => {
    const text = lines(5_000);
    const { imported, rows } = await run(pieces(text, 10_000, 100_000));
    if (imported.kind !== "broken_off") throw new Error(imported.kind);
    const { nextRow, accepted } = imported.progress;
    expect(accepted).toBe(rows.length);
    expect(nextRow).toBe(rows.length + 1);
    const rest = await run(pieces(text), { fromRow: nextRow });
    expect([...rows, ...rest.rows].map(({ topic }) => topic)).toEqual(
      Array.from({ length: 5_000 }, (_, n) => `topic ${n}`),
    );
    expect(rest.imported).toMatchObject({ progress: { rows: 5_000 - rows.length } });
  });
  test("a queue that refuses stops it at the first row that was not taken", async () => {
    const { imported, rows } = await run(pieces(lines(5_000)), {}, 1);
    expect(imported).toMatchObject({
      kind: "queue_refused",
      progress: { accepted: rows.length, nextRow: rows.length + 1 },
    });
  });
  test("a file of another kind is refused before anything is sent", async () => {
    const { imported, sent } = await run(pieces("<html>\n"));
    expect(imported).toMatchObject({ kind: "not_understood" });
    expect(sent).toEqual([]);
  });
  test("an empty file, and one from past its end, are done with nothing", async () => {
    expect((await run(pieces(""))).imported).toMatchObject({ kind: "done", progress: { rows: 0, nextRow: 1 } });
    const past = await run(pieces(lines(3)), { fromRow: 9 });
    expect(past.imported).toMatchObject({ kind: "done", progress: { rows: 0, accepted: 0, nextRow: 9 } });
  });
});
