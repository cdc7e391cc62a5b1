// Reading the past on a real SQLite: page by page, oldest first, unreadable rows named.
import { beforeEach, expect, test } from "vitest";
import { enriched } from "./enriched.fixture.ts";
import { openDatabase } from "./sqlite.fixture.ts";
import { countSignals, type Period, storedSignals } from "./stored-signals.ts";

let { db, sql } = openDatabase();
beforeEach(() => {
  ({ db, sql } = openDatabase());
});

const at = (second: number) => new Date(Date.parse("2026-11-20T08:00:00.000Z") + second * 1_000).toISOString();
const idOf = (n: number) =>
  `sig_${Array.from(String(n).padStart(26, "0"), (digit) => "abcdefghij"[Number(digit)]).join("")}`;

function store(n: number, receivedAt: string, data: string | null): void {
  const step = { layer: "enrich", step: "enriched", at: receivedAt, data: data === null ? null : JSON.parse(data) };
  db.prepare(
    `INSERT INTO signals VALUES (?, ?, 'hubspot', 'crm_event', 'deal.created', 'hubspot:1', NULL, NULL, NULL, 'high', ?, ?,
     'executed', ?, ?, '[]', '', ?)`,
  ).run(idOf(n), "1".repeat(32), receivedAt, receivedAt, receivedAt, n, JSON.stringify([step]));
  db.prepare("INSERT INTO links VALUES (?, ?, '', '', ?, '', NULL, '')").run(n, receivedAt, JSON.stringify([idOf(n)]));
}

async function read(period: Period) {
  const found: (string | null)[] = [];
  for await (const each of storedSignals(sql, period))
    found.push(typeof each === "string" ? each : (each?.signal_id ?? null));
  return found;
}

test("each signal of the period comes once, oldest first, over as many pages as there are", async () => {
  const day = { from: at(0), to: at(1_000) };
  for (let n = 0; n < 450; n += 1)
    store(n, at(Math.floor(n / 7)), JSON.stringify({ signal: enriched({ signal_id: idOf(n) }) }));
  store(9_001, at(-1), JSON.stringify({ signal: enriched({ signal_id: idOf(9_001) }) }));
  store(9_002, at(1_000), JSON.stringify({ signal: enriched({ signal_id: idOf(9_002) }) }));
  expect(await read(day)).toEqual(Array.from({ length: 450 }, (_, n) => idOf(n)));
  expect(await countSignals(sql, day)).toBe(450);
});

test("one that was erased, or is of a form that is not known, is named and ends nothing", async () => {
  store(1, at(1), null);
  store(2, at(2), '{"signal":{"from":"the future"}}');
  store(3, at(3), JSON.stringify({ signal: enriched({ signal_id: idOf(3) }) }));
  expect(await read({ from: at(0), to: at(9) })).toEqual([null, null, idOf(3)]);
});

test("one that was never enriched is told apart from one that can't be read", async () => {
  store(1, at(1), null);
  db.exec("UPDATE signals SET trail = replace(trail, 'enriched', 'dead_lettered')");
  expect(await read({ from: at(0), to: at(9) })).toEqual(["undecided"]);
});
