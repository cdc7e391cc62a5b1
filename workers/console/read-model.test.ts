import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, test } from "vitest";
import type { RolledSignal } from "#contract/rolled-signal.ts";
import { dayTerm, facetTerm, marksText, nameTerm } from "#contract/search-terms.ts";
import { parseCursor } from "#web/cursor.ts";
import type { Sql } from "#web/row-reader.ts";
import { whereOpen } from "./letters/filter.ts";
import { createReadModel, type RolledFiles } from "./read-model.ts";
import { LINKS_A_PAGE, parsePlace, SignalFilter } from "./read-search.ts";
import * as statements from "./read-statements.ts";

let db: DatabaseSync;
const sql: Sql = async (statement, parameters) => db.prepare(statement).all(...parameters);
const model = (rolled: RolledFiles = async () => null) => createReadModel(sql, () => {}, rolled);

beforeEach(() => {
  db = new DatabaseSync(":memory:");
  const migrations = readdirSync("migrations").filter((name) => name.endsWith(".sql"));
  for (const name of migrations.sort()) db.exec(readFileSync(`migrations/${name}`, "utf8"));
});

function signalId(number: number): string {
  const letters = Array.from(String(number).padStart(5, "0"), (digit) => "abcdefghij"[Number(digit)]);
  return `sig_${letters.join("").padStart(26, "a")}`;
}

function at(second: number): string {
  return new Date(Date.parse("2026-11-21T08:00:00.000Z") + second * 1_000).toISOString();
}

function rowOf(number: number, link: number, terms: string, fate: string) {
  const about = { source: "hubspot", signal_type: "crm_event", event: "deal.created", subject: "hubspot:1" };
  const ids = { deal_id: null, account_id: null, contact_id: null, urgency: "high" };
  const times = { fired_at: at(number), received_at: at(number), fate, fate_at: at(number) };
  const id = { signal_id: signalId(number), correlation_id: "1".repeat(32) };
  return { ...id, ...about, ...ids, ...times, link, actions: "[]", terms, trail: "[]" };
}

/** A link with these signals in it; a signal that is in an earlier one has moved. */
async function addLink(seq: number, numbers: readonly number[], fate = "executed", others = ""): Promise<void> {
  const named = await nameTerm("deal", `hubspot:${seq}`);
  const all = numbers.map((number) => {
    const terms = ` ${signalId(number)} ${facetTerm("fate", fate)} ${dayTerm(at(number))} ${named} ${others} `;
    const row = rowOf(number, seq, terms, fate);
    const columns = Object.keys(row);
    db.prepare(
      `INSERT OR REPLACE INTO signals (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    ).run(...Object.values(row));
    return terms;
  });
  const ids = JSON.stringify(numbers.map(signalId));
  // Every other link is from before there were marks.
  const marks =
    seq % 2 === 0 ? "" : JSON.stringify(numbers.map((number, n) => marksText(signalId(number), all[n] ?? "")));
  db.prepare("INSERT INTO links VALUES (?, ?, '', '', ?, ?, NULL, ?)").run(seq, at(seq), ids, all.join(""), marks);
  db.prepare("INSERT INTO search (rowid, terms) SELECT seq, terms FROM links WHERE seq = ?").run(seq);
}

const numbersOf = (items: readonly { signal_id: string }[]) =>
  items.map(({ signal_id }) => Array.from({ length: 400 }, (_, n) => signalId(n)).indexOf(signal_id));

/** All pages of a search, `limit` a page. */
async function searched(
  asked: Record<string, string>,
  limit = 2,
  people: readonly string[] | null = null,
): Promise<number[]> {
  const seen: number[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = await model().signals(SignalFilter.parse(asked), people, limit, parsePlace(cursor));
    seen.push(...numbersOf(page.items));
    cursor = page.nextCursor;
  }
  return seen;
}

describe("signals", () => {
  test("come once each, those first that moved last, and pages neither repeat nor skip", async () => {
    await addLink(1, [3, 2, 1]);
    await addLink(2, [6, 5, 4]);
    await addLink(3, [7, 2]);
    expect(await searched({})).toEqual([7, 2, 6, 5, 4, 3, 1]);
  });

  test("are found by what they became, by deal and by words, all of which must hold", async () => {
    await addLink(1, [1, 2], "waiting", "competitor");
    await addLink(2, [3], "executed", "competitor zeta");
    await addLink(3, [1], "executed", "approved competitor");
    expect(await searched({ fate: "waiting" })).toEqual([2]);
    expect(await searched({ fate: "executed", q: "Competitor" })).toEqual([1, 3]);
    expect(await searched({ q: "competitor ZETA" })).toEqual([3]);
    expect(await searched({ deal: "hubspot:2" })).toEqual([3]);
    expect(await searched({ q: "nothing like it" })).toEqual([]);
    expect(await searched({ q: signalId(2) })).toEqual([2]);
  });

  test("are those that name one of certain people, for whoever sees no others", async () => {
    const [ana, ben] = await Promise.all(["ana@x.example", "ben@x.example"].map((email) => nameTerm("name", email)));
    await addLink(1, [1, 2], "waiting", ana);
    await addLink(2, [3], "waiting", ben);
    await addLink(3, [4], "executed", `${ana} ${ben}`);
    await addLink(4, [5]);
    expect(await searched({}, 2, ["ben@x.example"])).toEqual([4, 3]);
    expect(await searched({}, 2, ["Ana@x.example", "ben@x.example"])).toEqual([4, 3, 1, 2]);
    expect(await searched({ fate: "waiting" }, 2, ["ana@x.example"])).toEqual([1, 2]);
    expect(await searched({}, 2, ["nobody@x.example"])).toEqual([]);
  });

  test("are found by the time of their arrival", async () => {
    await addLink(1, [1, 2, 3]);
    expect(await searched({ from: at(2), to: at(3) })).toEqual([2]);
    expect(await searched({ from: "2026-11-21", to: "2026-11-22" })).toEqual([1, 2, 3]);
    expect(await searched({ from: "2026-11-22" })).toEqual([]);
  });

  test("that are rare are found behind the window, one page later", async () => {
    await addLink(1, [1], "waiting");
    await addLink(2, [1], "executed");
    for (let seq = 3; seq <= LINKS_A_PAGE + 3; seq += 1) {
      await addLink(seq, [seq], "waiting");
      await addLink(seq + 500, [seq], "executed");
    }
    await addLink(0, [399], "waiting");
    const first = await model().signals({ fate: "waiting" }, null, 10, null);
    expect(first.items).toEqual([]);
    expect(await searched({ fate: "waiting" })).toEqual([399]);
  });

  test("words of the index's own language are words", async () => {
    await addLink(1, [1], "executed", "near");
    expect(await searched({ q: 'NEAR "' })).toEqual([1]);
    expect(await searched({ q: "AND OR NOT *" })).toEqual([]);
  });

  test("that were rolled off are read as if they were still there", async () => {
    await addLink(1, [1]);
    db.exec("DELETE FROM signals; UPDATE links SET rolled_to = 'trail/2026-11-21/000000000001.ndjson.gz'");
    const found = await model(async () => [{ ...rowOf(1, 1, "", "executed"), snapshots: [] }]).signal(signalId(1));
    expect(found).toMatchObject({ signal: { signal_id: signalId(1), fate: "executed" }, trail: [], actions: [] });
    expect(await model().signal(signalId(1))).toBeNull();
    expect(await model().signal(signalId(2))).toBeNull();
  });
});

describe("signals that were rolled off", () => {
  /** Moves the signals of a link to its file, as the ledger does. */
  function rollOff(seq: number, files: Map<string, readonly RolledSignal[]>): void {
    const key = `trail/2026-08-01/${seq}.ndjson.gz`;
    const lines = db.prepare("SELECT * FROM signals WHERE link = ?").all(seq);
    files.set(
      key,
      lines.map((line) => ({ ...rowOf(0, 0, "", ""), ...line, snapshots: [] })),
    );
    db.exec(
      `DELETE FROM signals WHERE link = ${seq}; UPDATE links SET rolled_to = '${key}', marks = '' WHERE seq = ${seq}`,
    );
  }

  async function searchedIn(files: ReadonlyMap<string, readonly RolledSignal[]>, asked: Record<string, string>) {
    const seen: number[] = [];
    const read: string[] = [];
    const rolled: RolledFiles = async (key) => {
      read.push(key);
      return files.get(key) ?? null;
    };
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await model(rolled).signals(SignalFilter.parse(asked), null, 2, parsePlace(cursor));
      seen.push(...numbersOf(page.items));
      cursor = page.nextCursor;
    }
    return { seen, read };
  }

  test("are listed and found behind those that were not, and only the files of their links are read", async () => {
    const files = new Map<string, readonly RolledSignal[]>();
    for (let seq = 1; seq <= 30; seq += 1) {
      await addLink(seq, [seq * 3, seq * 3 + 1, seq * 3 + 2], seq % 2 === 0 ? "executed" : "waiting", "zeta");
    }
    for (let seq = 1; seq <= 26; seq += 1) rollOff(seq, files);
    const all = Array.from({ length: 30 }, (_, n) => 30 - n).flatMap((seq) => [seq * 3, seq * 3 + 1, seq * 3 + 2]);
    expect((await searchedIn(files, {})).seen).toEqual(all);
    expect((await searchedIn(files, { q: "zeta" })).seen).toEqual(all);
    const { seen, read } = await searchedIn(files, { deal: "hubspot:4" });
    expect(seen).toEqual([12, 13, 14]);
    expect(new Set(read)).toEqual(new Set(["trail/2026-08-01/4.ndjson.gz"]));
    expect((await searchedIn(files, { from: at(12), to: at(14) })).seen).toEqual([12, 13]);
    files.delete("trail/2026-08-01/4.ndjson.gz");
    expect((await searchedIn(files, { deal: "hubspot:4" })).seen).toEqual([]);
  });
});

test("dead letters are the open ones, newest first, with the event whole", async () => {
  const insert = db.prepare(
    `INSERT INTO dead_letters (letter_id, queue, stage, code, reason, attempts, failed_at, state, event)
     VALUES (?, 'signals', 'enrich', 'malformed', 'No.', 1, ?, ?, ?)`,
  );
  insert.run("one", at(1), "open", '{"a":1}');
  insert.run("two", at(2), "discarded", "{}");
  insert.run("three", at(3), "open", '"text"');
  const first = await model().deadLetters({}, 1, null);
  const second = await model().deadLetters({}, 1, parseCursor(first.nextCursor ?? ""));
  expect([...first.items, ...second.items].map(({ letter_id, event }) => [letter_id, event])).toEqual([
    ["three", "text"],
    ["one", { a: 1 }],
  ]);
});

test.each([
  ["actions of a signal", statements.ACTIONS_OF_SIGNAL],
  ["signals", statements.SIGNALS],
  ["window of signals", statements.SIGNALS_WINDOW],
  ["search", statements.SEARCH],
  ["window of a search", statements.SEARCH_WINDOW],
  ["rolled-off links", statements.ROLLED_LINKS],
  ["rolled-off links of a search", statements.SEARCH_ROLLED],
  ["a signal", statements.SIGNAL],
  ["a signal that was rolled off", statements.ROLLED],
  ["chain", statements.CHAIN],
  ["trails", statements.TRAILS],
  ["dead letters", statements.deadLetters(whereOpen({}).sql)],
  ["dead letters of a queue", statements.deadLetters(whereOpen({ queue: "signals" }).sql)],
  ["dead letters of a cause", statements.deadLetters(whereOpen({ fingerprint: "iss_a" }).sql)],
])("%s walks a key or an index and never a whole table", (_name, statement) => {
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${statement}`).all();
  const details = plan.map((row) => String(row.detail));
  // A key walked in order is a SCAN of a table with an end (LIMIT); anything else of a table must be a SEARCH.
  expect(details.filter((detail) => /^SCAN (s|signals|approvals|a|l|dead_letters)\b(?!.*INDEX)/.test(detail))).toEqual(
    [],
  );
  expect(details.filter((detail) => /^SCAN search VIRTUAL TABLE INDEX 0:$/.test(detail))).toEqual([]);
});
