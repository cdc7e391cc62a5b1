import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readFlowEvent } from "./flow-event.ts";
import { flowMapOf, mapFor, valueAt } from "./flow-map.ts";

const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const FILE = `${import.meta.dirname}/../../../../tests/payloads/salesforce/flow-http-callout.account-updated.json`;
const sample = JSON.parse(readFileSync(FILE, "utf8"));
const contract = {
  source: "salesforce-flow",
  eventId: "b5c1f4d2-0d9f-4a8e-9a53-8f1f5c1f6f10",
  object: "Opportunity",
  recordId: "0062000000ZZpew",
  eventType: "updated",
  changedFields: ["StageName"],
  occurredAt: "2026-11-21T07:59:58.123Z",
  fields: { StageName: "Negotiation", Amount: 48_000, Lines: [1] },
};

function read(body: object, map = "") {
  const configured = flowMapOf(map);
  if (!configured.ok) throw new Error(configured.reason);
  return readFlowEvent(body, "", mapFor({ ...body }, configured.map), RECEIVED_AT);
}
function draft(body: object, map = "") {
  const reading = read(body, map);
  return reading.kind === "signal" ? reading.draft : reading;
}

describe("our contract", () => {
  test("is a signal about its record, identified by its eventId", () => {
    expect(draft(contract)).toMatchObject({
      subject: "salesforce:0062000000ZZpewAAD",
      payload: {
        event: "deal.stage_changed",
        new_value: "Negotiation",
        facts: { object: "Opportunity", changed_fields: "StageName", StageName: "Negotiation", Amount: 48_000 },
      },
      fired_at: "2026-11-21T07:59:58.123Z",
      identity: ["flow", "Opportunity", "0062000000ZZpewAAD", contract.eventId],
    });
  });
  test("changed fields may be one text, and nothing but the record and the type is needed", () => {
    expect(draft({ ...contract, changedFields: "Amount; CloseDate" })).toMatchObject({
      payload: { event: "deal.close_date_changed", facts: { changed_fields: "Amount CloseDate" } },
    });
    const { object, recordId } = contract;
    expect(draft({ object, recordId, eventType: "created" })).toMatchObject({
      payload: { event: "deal.created" },
      fired_at: RECEIVED_AT,
    });
  });
  test("without an eventId an equal body is the same event, and any other another", () => {
    const identityOf = (given: object) => {
      const event = draft({ ...given, eventId: undefined });
      return "identity" in event ? event.identity : null;
    };
    const reordered = Object.fromEntries(Object.entries(contract).toReversed());
    expect(identityOf(contract)).toHaveLength(4);
    expect(identityOf(reordered)).toEqual(identityOf(contract));
    expect(identityOf({ ...contract, occurredAt: "2026-11-21T07:59:59Z" })).not.toEqual(identityOf(contract));
  });
  test.for(["created", "CREATE", "Insert"])("%s is a creation", (eventType) => {
    expect(draft({ ...contract, eventType })).toMatchObject({ payload: { event: "deal.created" } });
  });
  test("an unknown type is ignored by its name", () => {
    expect(read({ ...contract, eventType: "approved" })).toEqual({ kind: "ignored", name: "Opportunity.approved" });
  });
  test.for([
    [{ recordId: "006" }, "/recordId"],
    [{ recordId: 6 }, "/recordId"],
    [{ object: undefined }, "/object"],
    [{ occurredAt: "2026-11-21 08:00" }, "/occurredAt"],
    [{ changedFields: ["StageName", 7] }, "/changedFields"],
    [{ fields: [] }, "/fields"],
    [{ eventId: {} }, "/eventId"],
  ] as const)("%o is told by its place", ([fields, pointer]) => {
    expect(read({ ...contract, ...fields })).toMatchObject({
      kind: "invalid",
      pointer: expect.stringContaining(pointer),
      reason: expect.stringContaining("SALESFORCE_FLOW_MAP"),
    });
  });
});

describe("any other body", () => {
  const MAP = '{"object":"/objectType","recordId":"/Id","fields":""}';

  test("is read by the map, from wherever it points", () => {
    expect(draft({ ...sample, Id: "001200000000001" }, MAP)).toMatchObject({
      subject: "salesforce:001200000000001AAA",
      payload: { event: "account.property_changed", property: "Name", new_value: "Acme" },
    });
    const nested = { rec: { "a/b": [{ Id: "001200000000001" }] }, object: "Account", eventType: "deleted" };
    expect(draft(nested, '{"recordId":"/rec/a~1b/0/Id"}')).toMatchObject({ payload: { event: "account.deleted" } });
  });
  test("the published sample names no record, and that is told where the map looked", () => {
    expect(read(sample, MAP)).toMatchObject({ kind: "invalid", pointer: "/Id" });
  });
  test("our contract is read as such whatever the map says", () => {
    expect(draft(contract, MAP)).toEqual(draft(contract));
  });
  test.for([
    ["{", /it is not JSON/],
    ["[]", /expected object/],
    ['{"recordId":"Id"}', /recordId: expected a JSON pointer/],
    ['{"record":"/Id"}', /record/],
    ['{"fields":7}', /fields/],
  ] as const)("the map %s names what is wrong with it", ([map, reason]) => {
    expect(flowMapOf(map)).toEqual({ ok: false, reason: expect.stringMatching(reason) });
    expect(flowMapOf(map)).toEqual({
      ok: false,
      reason: expect.stringMatching(/SALESFORCE_FLOW_MAP.*docs\/configuration.md/),
    });
  });
  test("a pointer finds what the body itself has and nothing else", () => {
    for (const pointer of ["/constructor", "/a/length", "/a/-1", "/b/c", "/a/__proto__"]) {
      expect(valueAt({ a: [1], b: "c" }, pointer)).toBeUndefined();
    }
  });
});
