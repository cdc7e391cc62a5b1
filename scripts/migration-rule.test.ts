import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { offencesOf } from "./migration-rule.ts";

const FILE = "0042_next.sql";
const reasons = (sql: string) => offencesOf(FILE, sql).map(({ why }) => why);

it("every migration keeps the rule", () => {
  const files = readdirSync("migrations").filter((file) => file.endsWith(".sql"));
  const offences = files.flatMap((file) => offencesOf(file, readFileSync(`migrations/${file}`, "utf8")));
  expect(offences).toEqual([]);
});

it.each([
  "CREATE TABLE `t` (`a` text NOT NULL);",
  "ALTER TABLE `t` ADD `b` text;",
  "ALTER TABLE `t` ADD `b` text DEFAULT '' NOT NULL;",
  "CREATE INDEX `i` ON `t` (`a`);",
  "DROP INDEX `i`;",
  "UPDATE `t` SET a = 'DROP TABLE t';",
])("%s only adds", (sql) => {
  expect(reasons(sql)).toEqual([]);
});

it.each([
  ["DROP TABLE `t`;", "drops what"],
  ["drop view t;", "drops what"],
  ["ALTER TABLE `t` DROP COLUMN `a`;", "drops a column"],
  ["ALTER TABLE `t` RENAME COLUMN `a` TO `b`;", "renames"],
  ["ALTER TABLE `t` RENAME TO `u`;", "renames"],
  ["ALTER TABLE `t`\n  ADD `b` text NOT NULL;", "without a default"],
  ["CREATE UNIQUE INDEX `i` ON `t` (`a`);", "refuse"],
  ["CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END;", "changes what"],
])("%s takes something away from the version before", (sql, why) => {
  expect(reasons(`CREATE TABLE \`x\` (\`a\` text);\n--> statement-breakpoint\n${sql}`)).toEqual([
    expect.stringContaining(why),
  ]);
});

it("an excuse stands for its own statement, and has to say something", () => {
  const excused = "-- contract: nothing since 0.3.0 reads it\nDROP TABLE `t`;";
  expect(reasons(excused)).toEqual([]);
  expect(reasons(`${excused}\n--> statement-breakpoint\nDROP TABLE \`u\`;`)).toHaveLength(1);
  expect(reasons("-- contract:\nDROP TABLE `t`;")).toHaveLength(1);
});
