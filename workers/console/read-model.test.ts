import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, test } from "vitest";
import { parseCursor } from "#web/cursor.ts";
import type { Sql } from "#web/row-reader.ts";
import { createReadModel } from "./read-model.ts";
import * as statements from "./read-statements.ts";

let db: DatabaseSync;
const sql: Sql = async (statement, parameters) => db.prepare(statement).all(...parameters);
const model = () => createReadModel(sql, () => {});

beforeEach(() => {
  db = new DatabaseSync(":memory:");
  db.exec(readFileSync("migrations/0000_first.sql", "utf8"));
});

function signalId(number: number): string {
  const letters = Array.from(String(number).padStart(5, "0"), (digit) => "abcdefghij"[Number(digit)]);
  return `sig_${letters.join("").padStart(26, "a")}`;
}

function addSignal(number: number, fate = "executed", receivedAt = at(number)): void {
  const row = [signalId(number), "1".repeat(32), "hubspot", "crm_event", "deal.created", "hubspot:1", null, null];
  db.prepare("INSERT INTO signals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").run(
    ...row,
    "high",
    receivedAt,
    receivedAt,
    fate,
    receivedAt,
  );
}

function at(second: number): string {
  return new Date(Date.parse("2026-11-21T08:00:00.000Z") + second * 1_000).toISOString();
}

describe("signals", () => {
  test("come newest first, and pages neither repeat nor skip signals of one instant", async () => {
    for (let number = 1; number <= 7; number += 1) addSignal(number, "executed", at(Math.floor(number / 3)));
    const seen: string[] = [];
    for (let cursor: string | null = "start"; cursor !== null; ) {
      const page = await model().signals(null, 2, parseCursor(cursor));
      seen.push(...page.items.map(({ signal_id }) => signal_id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map(signalId));
  });

  test("a rare fate is found behind the window, one page later", async () => {
    addSignal(1, "dead_lettered");
    for (let number = 2; number <= statements.FATE_WINDOW + 10; number += 1) addSignal(number);
    const first = await model().signals("dead_lettered", 10, null);
    expect(first.items).toEqual([]);
    const second = await model().signals("dead_lettered", 10, parseCursor(first.nextCursor ?? ""));
    expect(second.items.map(({ signal_id }) => signal_id)).toEqual([signalId(1)]);
    expect(second.nextCursor).toBeNull();
  });

  test("a trail comes oldest first with its data parsed", async () => {
    const insert = db.prepare("INSERT INTO trail VALUES (?, ?, ?, ?, ?, ?, 1, NULL, 'It happened.', NULL, ?)");
    insert.run(signalId(1), at(2), "b", "1".repeat(32), "decide", "decided", '{"rules":["x"]}');
    insert.run(signalId(1), at(1), "a", "1".repeat(32), "ingest", "received", null);
    const steps = await model().trail(signalId(1));
    expect(steps.map(({ step, data }) => [step, data])).toEqual([
      ["received", null],
      ["decided", { rules: ["x"] }],
    ]);
  });
});

test("dead letters are the open ones, newest first, with the event whole", async () => {
  const insert = db.prepare(
    "INSERT INTO dead_letters VALUES (?, 'signals', 'enrich', 'malformed', 'No.', 1, NULL, NULL, ?, ?, ?)",
  );
  insert.run("one", at(1), "open", '{"a":1}');
  insert.run("two", at(2), "discarded", "{}");
  insert.run("three", at(3), "open", '"text"');
  const first = await model().deadLetters(1, null);
  const second = await model().deadLetters(1, parseCursor(first.nextCursor ?? ""));
  expect([...first.items, ...second.items].map(({ letter_id, event }) => [letter_id, event])).toEqual([
    ["three", "text"],
    ["one", { a: 1 }],
  ]);
});

test.each([
  ["actions of a signal", statements.ACTIONS_OF_SIGNAL],
  ["signals", statements.SIGNALS],
  ["window of signals", statements.SIGNALS_WINDOW],
  ["signals of a fate", statements.SIGNALS_OF_FATE],
  ["trail", statements.TRAIL],
  ["dead letters", statements.DEAD_LETTERS],
])("%s walks an index and never a whole table", (_name, statement) => {
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${statement}`).all();
  const details = plan.map((row) => String(row.detail));
  // A partial or covering index walked in order is a SCAN … USING INDEX; without one it is the table.
  expect(details.filter((detail) => /^SCAN (signals|approvals|a|trail|dead_letters)(?!.*INDEX)/.test(detail))).toEqual(
    [],
  );
});
