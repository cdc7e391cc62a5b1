// Several requests in one call: references between them, all or none, and collections.
import { beforeEach, expect, it } from "vitest";
import { reset } from "../../app.ts";
import { book } from "../../book/book.ts";
import { salesforceRecords } from "../../book/salesforce-records.ts";
import { type FakeDeps, fakeDeps, readJson } from "../../fake-deps.ts";
import { salesforce } from "../salesforce.ts";
import { DEFAULT_USER } from "./seed-record.ts";
import { sessions } from "./sessions.ts";

const DEAL = "0062000000ZZpewAAD";
const BASE = "/services/data/v66.0";
const whole = book();
let deps: FakeDeps;
let app: ReturnType<typeof salesforce>;
beforeEach(() => {
  deps = fakeDeps();
  reset(deps, (now) => salesforceRecords(whole, now));
  app = salesforce(deps);
});
const send = async (method: string, path: string, body?: unknown) => {
  const response = await app.request(BASE + path, {
    method,
    headers: { authorization: `Bearer ${sessions(deps).open(DEFAULT_USER)}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await readJson(response) };
};
const part = (referenceId: string, method: string, url: string, body?: unknown) => ({
  referenceId,
  method,
  url: BASE + url,
  ...(body === undefined ? {} : { body }),
});
const tasks = () => deps.store.list("salesforce", "Task").length;

it("hands the answer of one part to the next, as one call of the day", async () => {
  const { body, headers } = await send("POST", "/composite", {
    compositeRequest: [
      part("deal", "GET", `/sobjects/Opportunity/${DEAL}?fields=AccountId`),
      part("account", "GET", "/sobjects/Account/@{deal.AccountId}?fields=Name"),
      part("roles", "GET", `/query?q=SELECT+Id+FROM+OpportunityContactRole+WHERE+OpportunityId='@{deal.Id}'`),
    ],
  });
  expect(body.compositeResponse.map((one: { httpStatusCode: number }) => one.httpStatusCode)).toEqual([200, 200, 200]);
  expect(body.compositeResponse[1].body.Name).toBe("Querbus");
  expect(body.compositeResponse[2].body.totalSize).toBe(2);
  expect(headers.get("sforce-limit-info")).toBe("api-usage=1/100000");
});

it("lets each part fail on its own, or takes all back", async () => {
  const before = tasks();
  const compositeRequest = [
    part("made", "POST", "/sobjects/Task", { Subject: "Call", WhatId: DEAL }),
    part("broken", "POST", "/sobjects/Task", { Subject: "Call", WhatId: "@{nothing.id}" }),
    part("after", "GET", `/sobjects/Opportunity/${DEAL}`),
  ];
  const statuses = (body: { compositeResponse: { httpStatusCode: number }[] }) =>
    body.compositeResponse.map((one) => one.httpStatusCode);
  const loose = await send("POST", "/composite", { compositeRequest });
  expect(statuses(loose.body)).toEqual([201, 400, 200]);
  expect(tasks()).toBe(before + 1);
  const strict = await send("POST", "/composite", { allOrNone: true, compositeRequest });
  expect(statuses(strict.body)).toEqual([400, 400, 400]);
  expect(strict.body.compositeResponse[0].body[0].errorCode).toBe("PROCESSING_HALTED");
  expect(tasks()).toBe(before + 1);
});

it("refuses a composite of 26 parts, of one name twice, or of no parts", async () => {
  const parts = Array.from({ length: 26 }, (_, n) => part(`p${n}`, "GET", "/limits"));
  expect((await send("POST", "/composite", { compositeRequest: parts })).status).toBe(400);
  const twice = [part("a", "GET", "/limits"), part("a", "GET", "/limits")];
  expect((await send("POST", "/composite", { compositeRequest: twice })).status).toBe(400);
  expect((await send("POST", "/composite", {})).status).toBe(400);
});

it("runs a batch of independent requests, and halts when told so", async () => {
  const batchRequests = [
    { method: "PATCH", url: `v66.0/sobjects/Opportunity/${DEAL}`, richInput: { StageName: "x" } },
    { method: "GET", url: `v66.0/sobjects/Opportunity/${DEAL}` },
  ];
  const codes = async (haltOnError: boolean) => {
    const { body } = await send("POST", "/composite/batch", { haltOnError, batchRequests });
    expect(body.hasErrors).toBe(true);
    return body.results.map((one: { statusCode: number }) => one.statusCode);
  };
  expect(await codes(false)).toEqual([400, 200]);
  expect(await codes(true)).toEqual([400, 412]);
});

it("reads, makes, upserts and deletes collections, each record with its own outcome", async () => {
  const read = await send("GET", `/composite/sobjects/Opportunity?ids=${DEAL},006000000000001&fields=Name`);
  expect(read.body).toMatchObject([{ Name: "Querbus – platform rollout" }, null]);
  const task = (fields: object) => ({ attributes: { type: "Task" }, Subject: "Call", ...fields });
  const made = await send("POST", "/composite/sobjects", { records: [task({}), task({ Status: "x" })] });
  expect(made.body).toMatchObject([
    { success: true },
    { success: false, errors: [{ statusCode: "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" }] },
  ]);
  const before = tasks();
  const none = await send("POST", "/composite/sobjects", {
    allOrNone: true,
    records: [task({}), task({ Status: "x" })],
  });
  expect(none.body[0].errors[0].statusCode).toBe("ALL_OR_NONE_OPERATION_ROLLED_BACK");
  expect(tasks()).toBe(before);
  const keyed = { records: [task({ Dealwire_Key__c: "act_1" }), task({})] };
  const upserted = await send("PATCH", "/composite/sobjects/Task/Dealwire_Key__c", keyed);
  expect(upserted.body).toMatchObject([{ success: true, created: true }, { success: false }]);
  const { id } = made.body[0];
  const changed = await send("PATCH", "/composite/sobjects", { records: [task({ id, Subject: "Mail" })] });
  expect(changed.body).toMatchObject([{ id, success: true }]);
  const gone = await send("DELETE", `/composite/sobjects?ids=${id},x`);
  expect(gone.body).toMatchObject([{ id, success: true }, { success: false }]);
});
