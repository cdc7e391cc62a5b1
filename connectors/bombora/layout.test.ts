import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ColumnMap, columnMapOf, layoutOf } from "./layout.ts";

const payload = (name: string): { raw: string } =>
  JSON.parse(readFileSync(`${import.meta.dirname}/../../tests/payloads/bombora/${name}.csv.json`, "utf8"));
const firstLine = (text: string) => (text.split("\n")[0] ?? "").split(",");
const layout = (line: string, map: ColumnMap | null = null) => layoutOf(line.split(","), map);

describe("without a header", () => {
  test("Bombora's own sample is the feed of twelve columns", () => {
    const first = firstLine(payload("adat.all-domains-all-topics").raw);
    expect(layoutOf(first, null)).toMatchObject({
      ok: true,
      layout: { domain: 1, topic: 5, score: 6, width: 12, hasHeader: false },
    });
  });
  test("nine columns are the feed of surges alone", () => {
    expect(layout("Acme,acme.com,,,c,crm,70,austin[70],US")).toMatchObject({
      ok: true,
      layout: { company: 0, width: 9 },
    });
  });
  test("any other width is refused with what to do", () => {
    const refused = { ok: false, reason: expect.stringMatching(/3 columns.*12 or 9.*BOMBORA_COLUMNS/) };
    expect(layout("acme.com,crm,70")).toEqual(refused);
  });
});

describe("with a header", () => {
  test("names count in any case and order, with any spaces", () => {
    const line = "Report Date,COMPANY NAME,Domain,Company_Size,Industry,Topic ID,Topic Name,Composite Score";
    expect(layout(line)).toEqual({
      ok: true,
      layout: {
        date: 0,
        company: 1,
        domain: 2,
        size: 3,
        industry: 4,
        topic: 6,
        score: 7,
        width: 8,
        hasHeader: true,
      },
    });
  });
  test("a report without domains is refused, for nobody could be told by it", () => {
    const refused = { ok: false, reason: expect.stringMatching(/no column for the domain: Date, Company, .*choose/) };
    expect(layoutOf(firstLine(payload("ui-report.comprehensive").raw), null)).toEqual(refused);
  });
});

describe("configured", () => {
  const configured = (json: unknown) => columnMapOf(JSON.stringify(json));
  test("names and positions from 0 win over what is known", () => {
    const named = configured({ domain: "URL", topic: "Subject", score: 0 });
    expect(named.ok && layout("Score,url,subject,domain", named.map)).toMatchObject({
      layout: { domain: 1, topic: 2, score: 0, hasHeader: true },
    });
    const numbered = configured({ domain: 0, topic: 1, score: 2, date: 3 });
    expect(numbered.ok && layout("acme.com,crm,70,2026-11-15", numbered.map)).toMatchObject({
      layout: { domain: 0, date: 3, hasHeader: false },
    });
  });
  test("a column that the file lacks is named", () => {
    const named = configured({ domain: "URL", topic: 1, score: 2 });
    expect(named.ok && layout("a,b,c", named.map)).toMatchObject({ reason: expect.stringMatching(/"URL".*domain/) });
    const numbered = configured({ domain: 0, topic: 1, score: 9 });
    expect(numbered.ok && layout("a,b,c", numbered.map)).toMatchObject({ reason: expect.stringMatching(/9.*score/) });
  });
  test("what is not a map of columns is refused by the variable's name", () => {
    expect(columnMapOf("")).toEqual({ ok: true, map: null });
    for (const json of ["{", "[]", '{"domain":0}', '{"domain":0,"topic":1,"score":-1}']) {
      expect(columnMapOf(json)).toEqual({ ok: false, reason: expect.stringMatching(/^BOMBORA_COLUMNS/) });
    }
  });
});
