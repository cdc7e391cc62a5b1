// SOQL over the book: what a CRM client asks for, and what is refused.
import { beforeAll, describe, expect, it } from "vitest";
import { reset } from "../../app.ts";
import { book } from "../../book/book.ts";
import { salesforceRecords } from "../../book/salesforce-records.ts";
import { type FakeDeps, fakeDeps, readJson } from "../../fake-deps.ts";
import { salesforce } from "../salesforce.ts";
import { DEFAULT_USER, seedRecord } from "./seed-record.ts";
import { sessions } from "./sessions.ts";

const DEAL = "0062000000ZZpewAAD";
let deps: FakeDeps;
beforeAll(() => {
  deps = fakeDeps();
  reset(deps, (now) => salesforceRecords(book(), now));
});
const query = async (soql: string, resource = "query") => {
  const authorization = `Bearer ${sessions(deps).open(DEFAULT_USER)}`;
  const path = `/services/data/v66.0/${resource}?q=${encodeURIComponent(soql)}`;
  const response = await salesforce(deps).request(path, { headers: { authorization } });
  return { status: response.status, body: await readJson(response) };
};
const count = async (where: string) => (await query(`SELECT Id FROM Opportunity WHERE ${where}`)).body.totalSize;

describe("a query", () => {
  it("follows relationships, and has null where they lead nowhere", async () => {
    const { body } = await query(
      `SELECT Id, Name, Owner.Email, Owner.Manager.Name, Account.Website FROM Opportunity WHERE Id = '${DEAL}'`,
    );
    expect(body).toMatchObject({ totalSize: 1, done: true });
    expect(body.records[0]).toMatchObject({
      Id: DEAL,
      Owner: { Email: "ana.duarte@northwind.example", Manager: { Name: "Dana Lee" } },
      Account: { Website: "https://www.querbus.example" },
    });
    const dana = await query("SELECT Manager.Name FROM User WHERE Name = 'Dana Lee'");
    expect(dana.body.records[0].Manager).toBeNull();
  });

  it("has subqueries, and null for none", async () => {
    const soql = (id: string) =>
      `SELECT Id, (SELECT Contact.Name, Role FROM OpportunityContactRoles), (SELECT Id FROM Tasks WHERE IsClosed = false) FROM Opportunity WHERE Id = '${id}'`;
    const { body } = await query(soql(DEAL));
    expect(body.records[0].OpportunityContactRoles.records[0].Contact.Name).toBe("Maton Reyes");
    expect(body.records[0].Tasks).toMatchObject({ totalSize: 1, done: true });
    const alone = await query("SELECT (SELECT Id FROM Opportunities) FROM Account WHERE Name = 'nobody'");
    expect(alone.body.records).toEqual([]);
    const quiet = await query("SELECT (SELECT Id FROM Tasks) FROM Account WHERE Name = 'Querbus'");
    expect(quiet.body.records[0].Tasks).toBeNull();
  });

  it("finds what was merged away, and where it went, only among all records", async () => {
    const former = "001200000000077AAA";
    const master = (await query("SELECT Id FROM Account WHERE Name = 'Querbus'")).body.records[0].Id;
    seedRecord(deps, "Account", former, { fields: { Name: "Querbus Ltd", MasterRecordId: master } });
    const soql = `SELECT MasterRecordId FROM Account WHERE Id = '${former}' AND IsDeleted = true`;
    expect((await query(soql)).body.records).toEqual([]);
    expect((await query(soql, "queryAll")).body.records).toMatchObject([{ MasterRecordId: master }]);
  });

  it("sorts, limits and takes an id of 15 characters", async () => {
    const { body } = await query("SELECT Amount FROM Opportunity ORDER BY Amount DESC NULLS LAST LIMIT 2 OFFSET 1");
    expect(body.records).toHaveLength(2);
    expect(body.records[0].Amount).toBeGreaterThanOrEqual(body.records[1].Amount);
    expect(await count(`Id = '${DEAL.slice(0, 15)}'`)).toBe(1);
  });

  it("knows conditions", async () => {
    const all = await count("Id != null");
    expect(all).toBe(60);
    const won = await count("StageName = 'closed won'");
    const lost = await count("StageName IN ('Closed Lost')");
    expect(await count("IsClosed = true")).toBe(won + lost);
    expect(await count("NOT (IsClosed = true)")).toBe(all - won - lost);
    expect(await count("StageName NOT IN ('Closed Won', 'Closed Lost')")).toBe(all - won - lost);
    expect(await count("Name LIKE 'Querbus%roll%'")).toBe(1);
    expect(await count("Account.Name = 'Querbus' OR Account.Name = 'Volkov Insurance'")).toBe(3);
    expect(await count("CloseDate >= TODAY AND CloseDate <= 2199-01-01")).toBeGreaterThan(10);
    expect(await count("CreatedDate > LAST_N_DAYS:20000 AND Amount > 100000.5")).toBeGreaterThan(5);
    expect(await count("CreatedDate < 2000-01-01T00:00:00Z")).toBe(0);
    expect(await count("Name = 'it\\'s'")).toBe(0);
  });

  it.each([
    ["", "MALFORMED_QUERY"],
    ["SELECT FROM Opportunity", "MALFORMED_QUERY"],
    ["SELECT Id FROM Opportunity WHERE", "MALFORMED_QUERY"],
    ["SELECT Id FROM Opportunity WHERE Name = 'open", "MALFORMED_QUERY"],
    ["SELECT Id FROM Opportunity LIMIT x", "MALFORMED_QUERY"],
    ["SELECT Id FROM Opportunity; DROP", "MALFORMED_QUERY"],
    ["SELECT * FROM Opportunity", "MALFORMED_QUERY"],
    ["SELECT Id FROM Unicorn", "INVALID_TYPE"],
    ["SELECT Nope FROM Opportunity", "INVALID_FIELD"],
    ["SELECT Nope.Name FROM Opportunity", "INVALID_FIELD"],
    ["SELECT Id FROM Opportunity WHERE Nope = 1", "INVALID_FIELD"],
    ["SELECT Id, (SELECT Id FROM Unicorns) FROM Opportunity", "INVALID_TYPE"],
  ])("refuses %j with %s, in an array", async (soql, errorCode) => {
    expect(await query(soql)).toMatchObject({ status: 400, body: [{ errorCode }] });
  });
});
