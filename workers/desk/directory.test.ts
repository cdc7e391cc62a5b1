import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, expect, test } from "vitest";
import { createPeopleReader } from "#web/auth/people.ts";
import { createRowReader, type Sql } from "#web/row-reader.ts";
import { ANA, BEN, DANA } from "#web/sample-site.ts";
import { createDirectory, NewPerson } from "./directory.ts";

let db: DatabaseSync;
const sql: Sql = async (statement, parameters) => db.prepare(statement).all(...parameters);
const directory = () =>
  createDirectory(
    sql,
    createRowReader(() => {}),
    () => 0,
  );
const put = (fields: Record<string, unknown>) =>
  directory().put(NewPerson.parse({ name: "A", role: "rep", ...fields }));

beforeEach(() => {
  db = new DatabaseSync(":memory:");
  db.exec(readFileSync("migrations/0002_context-rules-people.sql", "utf8").replaceAll(/ALTER TABLE[^;]+;/g, ""));
});

test("a person is who they are whatever the case of the address, and changed where they stand", async () => {
  await put({ email: ANA.toUpperCase(), slack_user_id: "U0ANADUARTE", time_zone: "Europe/Lisbon" });
  await put({ email: ANA, name: "Ana Duarte", role: "viewer" });
  expect(await directory().list()).toEqual([
    {
      email: ANA,
      name: "Ana Duarte",
      role: "viewer",
      manager_email: null,
      time_zone: null,
      slack_user_id: "U0ANADUARTE",
    },
  ]);
});

test("a manager's team is whoever names them as manager; being named makes no manager", async () => {
  await put({ email: DANA, role: "manager" });
  await put({ email: ANA, manager_email: DANA });
  await put({ email: BEN, manager_email: ANA });
  const people = createPeopleReader(sql);
  expect(await people.identify(DANA)).toEqual({ email: DANA, role: "manager", team: [ANA] });
  expect(await people.identify(ANA)).toEqual({ email: ANA, role: "rep", team: [] });
  expect(await people.identify("new@northwind.example")).toBeNull();
});

test("a role that is not known lets nobody in", async () => {
  await put({ email: ANA });
  db.exec("UPDATE people SET role = 'owner'");
  expect(await createPeopleReader(sql).identify(ANA)).toBeNull();
});

test.each([
  { email: "none" },
  { role: "admin" },
  { time_zone: "Mars/Base" },
  { slack_user_id: "<!channel>" },
  { name: " " },
])("%o is refused", (fields) => {
  expect(NewPerson.safeParse({ email: ANA, name: "A", role: "rep", ...fields }).success).toBe(false);
});
