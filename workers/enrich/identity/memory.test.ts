// What enrichment remembers, over a real SQLite with the production statements: kept once, told as of the signal.
import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import type { SignalReceived } from "#contract/signal-received.ts";
import type { Clues } from "./clues.ts";
import { cluesOf, referencesIn } from "./clues.ts";
import { type DeleteRows, forget } from "./forget.ts";
import { type Found, lessonOf } from "./lesson.ts";
import { accountOf, visitOf } from "./memory.fixture.ts";
import { createMemory, type Memory } from "./memory.ts";
import { recall } from "./recall.ts";

type Rows = (sql: string) => Record<string, unknown>[];

/** A memory, the rows behind it, and how many rows were written so far. */
function sqliteMemory(): { memory: Memory; rows: Rows; deleteRows: DeleteRows; written(): number } {
  const db = new DatabaseSync(":memory:");
  for (const file of readdirSync("migrations")
    .filter((name) => name.endsWith(".sql"))
    .toSorted()) {
    db.exec(readFileSync(`migrations/${file}`, "utf8"));
  }
  const batch = async (statements: { sql: string; json: string }[]) =>
    statements.map(({ sql, json }) => ({ results: JSON.parse(JSON.stringify(db.prepare(sql).all(json))) }));
  const memory = createMemory({ prepare: (sql) => ({ bind: (json) => ({ sql, json }) }), batch });
  const rows: Rows = (sql) =>
    db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  const deleteRows: DeleteRows = async (sql, before, limit) => Number(db.prepare(sql).run(before, limit).changes);
  return { memory, rows, deleteRows, written: () => Number(rows("SELECT total_changes() AS n")[0]?.n) };
}

type Known = Partial<Omit<Found, "signal">>;

/** Keeps what one signal teaches, as a batch of its own. */
async function keep(memory: Memory, signal: SignalReceived, known: Known = {}): Promise<boolean> {
  const aliases = await memory.aliasesOf(referencesIn(signal));
  const clues: Clues = cluesOf(signal, aliases);
  const found = { signal, clues, dealId: null, contactId: null, accountId: null, accountDomain: null, ...known };
  const { irreplaceable, ...lesson } = lessonOf(found, aliases);
  await memory.keep(lesson);
  return irreplaceable;
}
async function told(memory: Memory, signal: SignalReceived, known: Known) {
  const clues = cluesOf(signal, new Map());
  const found = { signal, clues, dealId: null, contactId: null, accountId: null, accountDomain: null, ...known };
  const [answer] = await recall([found], memory);
  return answer;
}
const ACME: Known = { accountId: "hubspot:300", accountDomain: "acme.com" };
const identify = visitOf({
  signal_id: "sig_iiiiiiiiiiiiiiiiiiiiiiiiii",
  payload: { event: "person.identified", facts: { anonymous_id: "b1", email: "ben@acme.com" } },
  fired_at: "2026-11-21T11:00:00.000Z",
});
const later = visitOf({
  signal_id: "sig_llllllllllllllllllllllllll",
  subject: "hubspot:300",
  payload: { event: "company.created" },
  fired_at: "2026-11-21T12:00:00.000Z",
});

describe("an anonymous visit", () => {
  test.each(["before", "after"])("kept %s its visitor was identified joins the account", async (order) => {
    const { memory } = sqliteMemory();
    const known = { ...ACME, contactId: "hubspot:201" };
    if (order === "before") await keep(memory, visitOf());
    await keep(memory, identify, known);
    if (order === "after") await keep(memory, visitOf());
    const answer = await told(memory, later, ACME);
    expect(answer?.account(accountOf()).recent_signals.map(({ event }) => event)).toEqual([
      "person.identified",
      "page.viewed",
    ]);
  });

  test("of somebody at a free-mail address joins nothing, and the address is not kept", async () => {
    const { memory, rows } = sqliteMemory();
    const facts = { anonymous_id: "b1", email: "ben@gmail.com" };
    await keep(memory, visitOf({ payload: { event: "person.identified", facts } }));
    expect(rows("SELECT * FROM aliases")).toEqual([]);
    expect(rows("SELECT account FROM activity")).toEqual([{ account: "track:anon-b1" }]);
  });

  test("of somebody at a company that no CRM knows is kept under its domain", async () => {
    const { memory, rows } = sqliteMemory();
    await keep(memory, identify);
    expect(rows("SELECT reference, resolves_to FROM aliases")).toEqual([
      { reference: "track:anon-b1", resolves_to: "domain:acme.com" },
    ]);
  });
});

describe("what is kept", () => {
  test("is written once, however often it comes", async () => {
    const { memory, written } = sqliteMemory();
    const known = { ...ACME, contactId: "hubspot:201", dealId: "hubspot:100" };
    const call = visitOf({
      signal_type: "call_complete",
      payload: { event: "call.completed", competitors: ["Globex"] },
    });
    expect(await keep(memory, identify, known)).toBe(true);
    expect(await keep(memory, call, known)).toBe(true);
    const rows = written();
    expect(await keep(memory, identify, known)).toBe(false);
    await keep(memory, call, known);
    expect(written()).toBe(rows);
  });

  test("goes when it had its time, and what had not stays", async () => {
    const { memory, rows, deleteRows } = sqliteMemory();
    const payload = { event: "call.completed", competitors: ["Globex"] };
    const call = { signal_type: "call_complete" as const, payload };
    const days = ["2026-11-20", "2026-10-01", "2026-09-01", "2026-08-01"];
    for (const day of days) {
      const fired_at = `${day}T10:00:00.000Z`;
      await keep(memory, visitOf({ ...call, signal_id: `sig_${day}`, fired_at }), { dealId: "hubspot:100" });
    }
    expect(await forget(deleteRows, Date.parse(later.fired_at))).toEqual({ activity: 2, mentions: 1, intent: 0 });
    expect(rows("SELECT count(*) AS n FROM activity")).toEqual([{ n: 2 }]);
    expect(rows("SELECT count(*) AS n FROM mentions")).toEqual([{ n: 3 }]);
  });

  test("goes in bounded batches, and what is left goes the next night", async () => {
    const asked: number[] = [];
    const gone = await forget(async (_sql, _before, limit) => asked.push(limit) && limit, Date.parse(later.fired_at));
    expect(asked).toHaveLength(120);
    expect(gone).toEqual({ activity: 200_000, mentions: 200_000, intent: 200_000 });
  });
});

describe("a merge", () => {
  const merged = visitOf({
    source: "hubspot",
    signal_type: "crm_event",
    subject: "hubspot:100",
    deal_id: "hubspot:100",
    payload: { event: "deal.merged", related: ["hubspot:99"] },
  });

  test("is known by the kind of the record, and takes the mentions to the survivor", async () => {
    const { memory, rows } = sqliteMemory();
    const call = visitOf({ signal_type: "call_complete", payload: { event: "call.completed", topics: ["Pricing"] } });
    await keep(memory, call, { dealId: "hubspot:99" });
    await keep(memory, merged, { dealId: "hubspot:100" });
    expect(rows("SELECT reference, resolves_to, how FROM aliases")).toEqual([
      { reference: "hubspot:deal-99", resolves_to: "hubspot:deal-100", how: "merged" },
    ]);
    expect(rows("SELECT deal_id, kind, name FROM mentions")).toEqual([
      { deal_id: "hubspot:100", kind: "topic", name: "Pricing" },
    ]);
    const ofContact = visitOf({ contact_id: "hubspot:99", payload: { event: "contact.created" } });
    expect(cluesOf(ofContact, await memory.aliasesOf(referencesIn(ofContact))).contactId).toBe("hubspot:99");
  });
});

describe("what a signal is told", () => {
  test("is nothing later, not itself, and stays the same when more is known", async () => {
    const { memory } = sqliteMemory();
    await keep(memory, visitOf(), ACME);
    await keep(memory, later, ACME);
    const first = (await told(memory, later, ACME))?.account(accountOf());
    await keep(
      memory,
      visitOf({ signal_id: "sig_nnnnnnnnnnnnnnnnnnnnnnnnnn", fired_at: "2026-11-21T13:00:00.000Z" }),
      ACME,
    );
    expect((await told(memory, later, ACME))?.account(accountOf())).toEqual(first);
    expect(first?.recent_signals).toMatchObject([{ event: "page.viewed" }]);
    expect(first?.intent_score).toBe(3);
  });

  test("of a deal are its mentions so far, its own among them, newest first", async () => {
    const { memory } = sqliteMemory();
    const known = { dealId: "hubspot:100" };
    const call = (day: string, competitors: string[]) =>
      visitOf({
        signal_id: `sig_${day
          .replaceAll("-", "")
          .padEnd(26, "a")
          .replace(/[018 9]/g, "b")}`,
        signal_type: "call_complete",
        payload: { event: "call.completed", competitors },
        fired_at: `${day}T10:00:00.000Z`,
      });
    await keep(memory, call("2026-11-01", ["Globex", "Initech"]), known);
    await keep(memory, call("2026-11-20", ["Hooli"]), known);
    const own = call("2026-11-10", ["globex"]);
    await keep(memory, own, known);
    const answer = await told(memory, own, known);
    const deal = answer?.deal({
      id: "hubspot:100",
      name: "Acme",
      url: null,
      stage: null,
      pipeline: null,
      amount: null,
      owner: null,
      is_open: true,
      is_won: false,
      days_in_stage: null,
      last_activity_days_ago: null,
      close_date: null,
      days_to_close: null,
      open_tasks: [],
      competitors_mentioned: ["globex"],
      contacts: [],
      stage_history: [],
      close_date_pushes: null,
      next_step: null,
      next_activity_at: null,
      last_meeting_at: null,
      mentions: [],
    });
    expect(deal?.mentions.map(({ name, mentioned_at }) => `${name} ${mentioned_at.slice(0, 10)}`)).toEqual([
      "globex 2026-11-10",
      "Initech 2026-11-01",
    ]);
    expect(deal?.competitors_mentioned).toEqual(["globex", "Initech"]);
  });

  test("is what its source said when D1 is down, with the gaps named", async () => {
    const { memory } = sqliteMemory();
    const down: Memory = { ...memory, activity: () => Promise.reject(new Error("D1_ERROR: overloaded")) };
    const answer = await told(down, later, { ...ACME, dealId: "hubspot:100" });
    expect(answer?.account(accountOf())).toEqual(accountOf());
    expect(answer?.gaps.map(({ missing }) => missing)).toEqual([
      "deal_context.mentions",
      "account_context.recent_signals",
      "account_context.intent_score",
    ]);
  });

  test("of intent is what reports and other products said until then", async () => {
    const { memory } = sqliteMemory();
    const surge = (source: string, score: number, day: string) =>
      visitOf({
        source,
        signal_type: "intent",
        subject: "domain:acme.com",
        account_id: "domain:acme.com",
        payload: { event: "intent.surged", topics: ["crm"], score },
        fired_at: `${day}T00:00:00.000Z`,
      });
    await keep(memory, surge("g2", 40, "2026-10-10"), ACME);
    await keep(memory, surge("g2", 60, "2026-11-10"), ACME);
    await keep(memory, surge("other", 80, "2026-11-15"), ACME);
    const account = (await told(memory, visitOf({ fired_at: "2026-11-15T09:00:00.000Z" }), ACME))?.account(accountOf());
    expect(account).toMatchObject({
      intent_score: 80,
      intent_change_percent: 100,
      topics: [{ topic: "crm", score: 80 }],
    });
    const then = (await told(memory, visitOf({ fired_at: "2026-11-12T09:00:00.000Z" }), ACME))?.account(accountOf());
    expect(then).toMatchObject({ intent_score: 60, intent_change_percent: 50 });
  });
});
