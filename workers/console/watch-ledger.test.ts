import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, expect, test } from "vitest";
import { alertSettings } from "#contract/alert-settings.ts";
import type { Sql } from "#web/row-reader.ts";
import { watchLedger } from "./watch-ledger.ts";

const { settings } = alertSettings("");
const START = Date.parse("2026-11-21T12:00:00.000Z");
let db: DatabaseSync;
let sent: string[];
const sql: Sql = async (statement, parameters) => db.prepare(statement).all(...parameters);

beforeEach(() => {
  db = new DatabaseSync(":memory:");
  const migrations = readdirSync("migrations").filter((name) => name.endsWith(".sql"));
  for (const name of migrations.sort()) db.exec(readFileSync(`migrations/${name}`, "utf8"));
  sent = [];
});

async function watched(minutes: number, refuses = false): Promise<boolean> {
  return watchLedger(settings, "https://dealwire.example.com", {
    sql,
    now: () => START + minutes * 60_000,
    newEventId: () => "019aa000-0000-7000-8000-000000000001",
    publish: async (queue) => {
      if (refuses) throw new Error("10250 the queue is overloaded");
      sent.push(queue);
    },
    log: () => {},
  });
}

test("a job that never ran is late from when somebody first looked, and is told once", async () => {
  expect(await watched(0)).toBe(false);
  expect(await watched(5)).toBe(false);
  expect(await watched(7)).toBe(true);
  expect(await watched(8)).toBe(false);
  expect(sent).toEqual(["audit", "plans"]);
  const kept = db.prepare("SELECT alert, state, link FROM alerts").all();
  expect(kept.map((row) => ({ ...row }))).toEqual([{ alert: "job:minute", state: "firing", link: "/metrics#jobs" }]);
});

test("what the queue did not take is told by the next run, and nothing while it is muted", async () => {
  await watched(0);
  await expect(watched(7, true)).rejects.toThrow("10250");
  db.exec("UPDATE alerts SET muted_until = '2026-11-21T12:09:00.000Z'");
  expect(await watched(8)).toBe(false);
  expect(await watched(10)).toBe(true);
});

test("a job that runs is no alert", async () => {
  await watched(0);
  db.exec("UPDATE jobs SET ran_at = '2026-11-21T12:19:00.000Z'");
  expect(await watched(20)).toBe(false);
  expect(sent).toEqual([]);
});
