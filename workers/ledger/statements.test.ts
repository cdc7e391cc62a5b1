// The statements name every column of the contract's tables: a new column can't be forgotten here.
import { getTableColumns } from "drizzle-orm";
import { expect, it } from "vitest";
import { approvals, deadLetters, links, signals } from "#contract/tables.ts";
import { STATEMENTS } from "./statements.ts";

it.each([
  ["links", STATEMENTS.links.columns, links],
  ["signals", STATEMENTS.signals.columns, signals],
  ["approvals", STATEMENTS.approvals.columns, approvals],
  ["letters", STATEMENTS.letters.columns, deadLetters],
] as const)("%s has all the columns of its table", (_name, columns, table) => {
  // Which replay a letter is part of is the console's to write.
  const written = Object.keys(getTableColumns(table)).filter((column) => column !== "replay_id");
  expect(columns.toSorted()).toEqual(written.toSorted());
});
