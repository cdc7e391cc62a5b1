import { expect, test } from "vitest";
import { countedD1 } from "./counted-d1.ts";
import { takeUsage } from "./usage.ts";

test("the rows of every result are counted, of a batch as well, and the statements go through as they are", async () => {
  takeUsage();
  const result = (rows_written: number, rows_read: number) => ({
    results: [],
    success: true,
    meta: { rows_written, rows_read },
  });
  const ran: unknown[] = [];
  const statement = (sql: string, values: unknown[] = []) => ({
    bind: (...bound: unknown[]) => statement(sql, bound),
    all: async () => result(0, values.length),
    run: async () => result(2, 0),
    first: async () => sql,
  });
  const real: unknown = {
    prepare: (sql: string) => statement(sql),
    batch: async (all: unknown[]) => {
      ran.push(...all);
      return all.map(() => result(5, 1));
    },
  };
  // The part of a database that is called.
  const db = countedD1(real as D1Database);
  await db.prepare("SELECT ?, ?, ?").bind(1, 2, 3).all();
  await db.prepare("DELETE").run();
  await db.batch([db.prepare("INSERT").bind(1), db.prepare("INSERT")]);
  expect(await db.prepare("SELECT 1").first()).toBe("SELECT 1");
  expect(ran).toHaveLength(2);
  expect(takeUsage()).toEqual({ d1_rows_written: 12, d1_rows_read: 5 });
});
