// The statements name every column of the contract's tables: a new column can't be forgotten here.
import { getTableColumns } from "drizzle-orm";
import { expect, it } from "vitest";
import { approvals, deadLetters, signals, trail } from "#contract/tables.ts";
import { STATEMENTS } from "./statements.ts";

it.each([
  ["trail", STATEMENTS.trail.columns, trail],
  ["signals", STATEMENTS.signals.columns, signals],
  ["approvals", STATEMENTS.approvals.columns, approvals],
  ["letters", STATEMENTS.letters.columns, deadLetters],
] as const)("%s has all the columns of its table", (_name, columns, table) => {
  expect(columns.toSorted()).toEqual(Object.keys(getTableColumns(table)).toSorted());
});
