// The Salesforce stand-in, as a client sees it: login, one record at a time, and above all what it refuses.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import * as jose from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { reset, sandboxApp } from "../app.ts";
import { book } from "../book/book.ts";
import { salesforceRecords } from "../book/salesforce-records.ts";
import { type FakeDeps, fakeDeps } from "../fake-deps.ts";
import { salesforce } from "./salesforce.ts";

const env = parseEnv(readFileSync("sandbox/local.env", "utf8"));
const DEAL = "0062000000ZZpewAAD";
const DATA = "/services/data/v66.0";
const whole = book();

let deps: FakeDeps;
let app: ReturnType<typeof salesforce>;
let token: string;

const assertion = async (claims: Record<string, unknown> = {}, key = env.SALESFORCE_PRIVATE_KEY ?? "") => {
  const all = {
    iss: env.SALESFORCE_CLIENT_ID ?? "",
    sub: env.SALESFORCE_USERNAME ?? "",
    aud: env.SALESFORCE_LOGIN_URL ?? "",
    exp: Math.floor(deps.clock() / 1_000) + 120,
    ...claims,
  };
  return new jose.SignJWT(all).setProtectedHeader({ alg: "RS256" }).sign(await jose.importPKCS8(key, "RS256"));
};
const login = async (jwt: string) => {
  const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: jwt });
  const response = await app.request("/services/oauth2/token", { method: "POST", body: String(body) });
  return { status: response.status, body: JSON.parse(await response.text()) };
};
const send = async (method: string, path: string, body?: unknown, authorization = `Bearer ${token}`) => {
  const response = await app.request(path.startsWith("/services") ? path : DATA + path, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
};

beforeEach(async () => {
  deps = fakeDeps();
  reset(deps, (now) => salesforceRecords(whole, now));
  app = salesforce(deps);
  token = (await login(await assertion())).body.access_token;
});

describe("the login", () => {
  it("opens a session for a JWT that the app's key signed, and names the instance", async () => {
    const { status, body } = await login(await assertion());
    expect(status).toBe(200);
    expect(body).toMatchObject({ instance_url: env.SALESFORCE_LOGIN_URL, token_type: "Bearer" });
    expect((await login(await assertion({ aud: "https://login.salesforce.com" }))).status).toBe(200);
  });

  it.each([
    ["another audience", { aud: "https://example.com" }, "invalid_grant"],
    ["another app", { iss: "other" }, "invalid_client_id"],
    ["an unknown user", { sub: "nobody@northwind.example" }, "invalid_grant"],
    ["an expired assertion", { exp: 1 }, "invalid_grant"],
    ["one that lives too long", { exp: 9_999_999_999 }, "invalid_grant"],
  ])("refuses %s", async (_, claims, error) => {
    expect(await login(await assertion(claims))).toMatchObject({ status: 400, body: { error } });
  });

  it("refuses a signature of another key, and what is no assertion", async () => {
    const other = await jose.generateKeyPair("RS256", { extractable: true });
    const forged = await assertion({}, await jose.exportPKCS8(other.privateKey));
    expect(await login(forged)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    expect(await login("x")).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  it("refuses calls without a session, and after it ended", async () => {
    const refused = await send("GET", `/sobjects/Opportunity/${DEAL}`, undefined, "Bearer other");
    expect(refused).toMatchObject({ status: 401, body: [{ errorCode: "INVALID_SESSION_ID" }] });
    deps.advance(2 * 3_600_000);
    expect((await send("GET", `/sobjects/Opportunity/${DEAL}`)).status).toBe(401);
  });
});

describe("one record", () => {
  it("is read by either form of its id, with the fields that are asked for", async () => {
    const short = await send("GET", `/sobjects/Opportunity/${DEAL.slice(0, 15)}?fields=Name,Amount,NextStep`);
    expect(short.body).toEqual({
      attributes: { type: "Opportunity", url: `${DATA}/sobjects/Opportunity/${DEAL}` },
      Id: DEAL,
      Name: "Querbus – platform rollout",
      Amount: 48_000,
      NextStep: null,
    });
    const all = await send("GET", `/sobjects/Opportunity/${DEAL}`);
    expect(all.body.LastModifiedDate).toMatch(/\+0000$/);
  });

  it("is made, changed and deleted, and a deleted one says so", async () => {
    const made = await send("POST", "/sobjects/Task", { Subject: "Call", WhatId: DEAL, Status: "Not Started" });
    expect(made).toMatchObject({ status: 201, body: { success: true, errors: [] } });
    const path = `/sobjects/Task/${made.body.id}`;
    expect((await send("PATCH", path, { Status: "Completed" })).status).toBe(204);
    expect((await send("GET", path)).body).toMatchObject({ IsClosed: true, AccountId: "0012000001AOHpxAAH" });
    expect((await send("DELETE", path)).status).toBe(204);
    expect(await send("GET", path)).toMatchObject({ status: 404, body: [{ errorCode: "ENTITY_IS_DELETED" }] });
    expect(await send("DELETE", path)).toMatchObject({ status: 404, body: [{ errorCode: "ENTITY_IS_DELETED" }] });
  });

  it("is made once by its external id, and updated after that", async () => {
    const path = "/sobjects/Task/Dealwire_Key__c/act_1";
    const first = await send("PATCH", path, { Subject: "Call", WhatId: DEAL });
    const second = await send("PATCH", path, { Subject: "Call again" });
    expect([first.status, first.body.created, second.status, second.body.created]).toEqual([201, true, 200, false]);
    expect(second.body.id).toBe(first.body.id);
    expect((await send("GET", path)).body).toMatchObject({ Subject: "Call again", Dealwire_Key__c: "act_1" });
    const copy = await send("POST", "/sobjects/Task", { Subject: "Copy", Dealwire_Key__c: "act_1" });
    expect(copy).toMatchObject({ status: 400, body: [{ errorCode: "DUPLICATE_VALUE" }] });
    expect((await send("PATCH", path, { Dealwire_Key__c: "act_1" })).body[0].errorCode).toBe("INVALID_FIELD");
    expect((await send("PATCH", "/sobjects/Task/Subject/x", {})).status).toBe(404);
  });

  it("writes history when the stage or the close date moves", async () => {
    await send("PATCH", `/sobjects/Opportunity/${DEAL}`, { StageName: "Closed Won", CloseDate: "2026-12-01" });
    const soql = `SELECT Field, NewValue FROM OpportunityFieldHistory WHERE OpportunityId = '${DEAL}' AND CreatedDate >= TODAY ORDER BY Field`;
    const { body } = await send("GET", `/query?q=${encodeURIComponent(soql)}`);
    expect(body.records).toMatchObject([
      { Field: "CloseDate", NewValue: "2026-12-01" },
      { Field: "StageName", NewValue: "Closed Won" },
    ]);
    const deal = await send("GET", `/sobjects/Opportunity/${DEAL}`);
    expect(deal.body).toMatchObject({ IsClosed: true, IsWon: true, Probability: 100 });
  });

  it.each([
    ["no required field", "POST", "Opportunity", { Name: "x" }, "REQUIRED_FIELD_MISSING"],
    ["a required field cleared", "PATCH", `Opportunity/${DEAL}`, { StageName: null }, "REQUIRED_FIELD_MISSING"],
    ["an unknown field", "PATCH", `Opportunity/${DEAL}`, { Nope__c: 1 }, "INVALID_FIELD"],
    ["a computed field", "PATCH", `Opportunity/${DEAL}`, { IsWon: true }, "INVALID_FIELD_FOR_INSERT_UPDATE"],
    ["an unknown stage", "PATCH", `Opportunity/${DEAL}`, { StageName: "x" }, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"],
    ["no date", "PATCH", `Opportunity/${DEAL}`, { CloseDate: "soon" }, "JSON_PARSER_ERROR"],
    ["a text that is too long", "PATCH", `Opportunity/${DEAL}`, { Name: "x".repeat(121) }, "STRING_TOO_LONG"],
    ["an id of another object", "PATCH", `Opportunity/${DEAL}`, { OwnerId: DEAL }, "MALFORMED_ID"],
    ["an id of nothing", "POST", "Task", { WhatId: "006000000000001" }, "INVALID_CROSS_REFERENCE_KEY"],
    [
      "a broken rule",
      "PATCH",
      `Opportunity/${DEAL}`,
      { StageName: "Closed Lost" },
      "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    ],
    ["a history of its own", "POST", "OpportunityHistory", {}, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"],
    ["an id that is none", "PATCH", "Opportunity/6", { Name: "x" }, "MALFORMED_ID"],
  ])("refuses %s", async (_, method, path, body, errorCode) => {
    expect(await send(method, `/sobjects/${path}`, body)).toMatchObject({ status: 400, body: [{ errorCode }] });
  });

  it("is not found under an id or an object that does not exist", async () => {
    for (const path of ["/sobjects/Opportunity/006000000000001", "/sobjects/Unicorn/006000000000001", "/nothing"])
      expect(await send("GET", path)).toMatchObject({ status: 404, body: [{ errorCode: "NOT_FOUND" }] });
    expect((await send("GET", "/services/data/v12.0/limits")).status).toBe(404);
  });
});

it("has the external id of an upsert as its idempotency key in the request log", async () => {
  const headers = { authorization: `Bearer ${token}` };
  const url = `http://localhost:8787/sandbox/salesforce${DATA}/sobjects/Task/Dealwire_Key__c/act_1`;
  await sandboxApp(deps).request(url, { method: "PATCH", headers, body: JSON.stringify({ Subject: "Call" }) });
  expect(deps.store.requests("salesforce", 1)).toMatchObject([{ status: 201, idempotency_key: "act_1" }]);
  const page = await sandboxApp(deps).request("http://localhost:8787/sandbox/");
  expect(await page.text()).toContain("Salesforce tasks by dealwire");
});

describe("the daily limit", () => {
  it("is told with every answer, and refuses with 403 once it is used up", async () => {
    const first = await send("GET", `/sobjects/Opportunity/${DEAL}`);
    expect(first.headers.get("sforce-limit-info")).toBe("api-usage=1/100000");
    deps.store.put("salesforce", "settings", "org", { id: "org", daily_limit: 2 });
    expect((await send("GET", "/limits")).body.DailyApiRequests).toEqual({ Max: 2, Remaining: 0 });
    const over = await send("GET", `/sobjects/Opportunity/${DEAL}`);
    expect(over).toMatchObject({ status: 403, body: [{ errorCode: "REQUEST_LIMIT_EXCEEDED" }] });
    deps.advance(86_400_000);
    token = (await login(await assertion())).body.access_token;
    expect((await send("GET", `/sobjects/Opportunity/${DEAL}`)).status).toBe(200);
  });
});
