import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, test } from "vitest";
import { parseCursor } from "#web/cursor.ts";
import type { Sql } from "#web/row-reader.ts";
import { ANA, actionId, BEN, snapshot } from "#web/sample-site.ts";
import { createReadModel } from "./read-model.ts";
import * as statements from "./read-statements.ts";

const EVERYONE = { kind: "everyone" } as const;
let db: DatabaseSync;
let logged: string[];
const sql: Sql = async (statement, parameters) => db.prepare(statement).all(...parameters);
const model = () => createReadModel(sql, (_level, event) => logged.push(event));

beforeEach(() => {
  logged = [];
  db = new DatabaseSync(":memory:");
  const migrations = readdirSync("migrations").filter((name) => name.endsWith(".sql"));
  for (const name of migrations.sort()) db.exec(readFileSync(`migrations/${name}`, "utf8"));
});

function signalId(number: number): string {
  const letters = Array.from(String(number).padStart(5, "0"), (digit) => "abcdefghij"[Number(digit)]);
  return `sig_${letters.join("").padStart(26, "a")}`;
}

/** A signal that moved last in link `number`, with these actions. */
function addSignal(number: number, actions: readonly number[]): void {
  db.prepare(
    `INSERT INTO signals VALUES (?, ?, 'hubspot', 'crm_event', 'deal.created', 'hubspot:1', NULL, NULL, NULL, 'high', ?, ?,
     'executed', ?, ?, ?, '', '[]')`,
  ).run(signalId(number), "1".repeat(32), at(1), at(1), at(1), number, JSON.stringify(actions.map(actionId)));
  db.prepare("INSERT INTO links VALUES (?, ?, '', '', ?, '', NULL, '')").run(
    number,
    at(number),
    JSON.stringify([signalId(number)]),
  );
}

function at(second: number): string {
  return new Date(Date.parse("2026-11-21T08:00:00.000Z") + second * 1_000).toISOString();
}

function addAction(number: number, fields: Parameters<typeof snapshot>[1] = {}, signal = 1): void {
  const full = snapshot(number, { signal_id: signalId(signal), ...fields });
  const { action, state, version, subject, signal_id, due_at } = full;
  const row = [action.action_id, version, subject, signal_id, action.owner?.email ?? null, action.type, state, due_at];
  db.prepare("INSERT INTO approvals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").run(
    ...row,
    at(number),
    JSON.stringify(full),
  );
}

const idsOf = (items: readonly { action: { action_id: string } }[]) => items.map(({ action }) => action.action_id);

describe("pending actions", () => {
  test("come by deadline, and what waits for a person includes what nobody owns", async () => {
    addAction(1, { due_at: at(300) });
    addAction(2, { due_at: at(100), action: { owner: null } });
    addAction(3, {
      due_at: at(200),
      action: { owner: { id: "hubspot:2", name: "Ben", email: BEN, time_zone: null, manager: null } },
    });
    addAction(4, { state: "executed", due_at: null });
    const pending = async (owner: Parameters<ReturnType<typeof model>["pending"]>[0]) =>
      idsOf((await model().pending(owner, 10, null)).items);
    expect(await pending(EVERYONE)).toEqual([actionId(2), actionId(3), actionId(1)]);
    expect(await pending({ kind: "waits_for", email: ANA })).toEqual([actionId(2), actionId(1)]);
    expect(await pending({ kind: "owned_by", email: ANA })).toEqual([actionId(1)]);
  });

  test("continue behind the cursor, also among equal deadlines", async () => {
    for (const number of [1, 2, 3, 4, 5]) addAction(number, { due_at: at(100) });
    const first = await model().pending(EVERYONE, 2, null);
    const second = await model().pending(EVERYONE, 2, parseCursor(first.nextCursor ?? ""));
    const third = await model().pending(EVERYONE, 2, parseCursor(second.nextCursor ?? ""));
    expect([first, second, third].flatMap(({ items }) => idsOf(items))).toEqual([1, 2, 3, 4, 5].map(actionId));
    expect(third.nextCursor).toBeNull();
  });

  test("a row that does not parse is left out, logged, and does not end the list", async () => {
    for (const number of [1, 2, 3]) addAction(number, { due_at: at(number) });
    db.exec(`UPDATE approvals SET snapshot = '{"from":"the future"}' WHERE action_id = '${actionId(2)}'`);
    const page = await model().pending(EVERYONE, 2, null);
    expect(idsOf(page.items)).toEqual([actionId(1)]);
    expect(page.nextCursor).not.toBeNull();
    expect(logged).toEqual(["unreadable_rows"]);
  });
});

test("recently decided actions are those that a person was asked about, newest first", async () => {
  addSignal(1, [1, 2, 3, 4, 5]);
  addAction(1, { state: "rejected", due_at: null });
  addAction(2, { state: "executed", due_at: null });
  addAction(3, { state: "executed", due_at: null, action: { approval: "auto" } });
  addAction(4);
  addAction(5, { state: "superseded", due_at: null, note: `folded into ${actionId(2)}` });
  expect(idsOf(await model().recent("decided", EVERYONE, 10))).toEqual([actionId(2), actionId(1)]);
  expect(idsOf(await model().recent("executed", EVERYONE, 10))).toEqual([actionId(3), actionId(2)]);
  expect(idsOf(await model().recent("decided", { kind: "waits_for", email: BEN }, 10))).toEqual([]);
});

test.each([
  ["pending for everyone", statements.pending("everyone")],
  ["pending for one", statements.pending("waits_for")],
  ["recently decided", statements.recent("waits_for", true)],
  ["pending of a team", statements.pending("team")],
  ["recent of a team", statements.recent("team", true)],
])("%s walks an index and never a whole table", (_name, statement) => {
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${statement}`).all();
  const details = plan.map((row) => String(row.detail));
  // A partial or covering index walked in order is a SCAN … USING INDEX; without one it is the table.
  expect(details.filter((detail) => /^SCAN (signals|approvals|a|trail|dead_letters)(?!.*INDEX)/.test(detail))).toEqual(
    [],
  );
});
