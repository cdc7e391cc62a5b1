// The HubSpot stand-in, as a client sees it: what it answers, and above all what it refuses.
import { beforeEach, describe, expect, it } from "vitest";
import { type FakeDeps, fakeDeps } from "../fake-deps.ts";
import { hubspot } from "./hubspot.ts";

const DEAL = "332507367156";
const CONTACT = "508369434347";
const OBJECTS = "/crm/objects/2026-09";

let deps: FakeDeps;
let app: ReturnType<typeof hubspot>;
beforeEach(() => {
  deps = fakeDeps();
  app = hubspot(deps);
});

const AUTHORIZED = { authorization: "Bearer hubspot-token" };
const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = AUTHORIZED) => {
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const response = await app.request(path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
};
const task = (more: Record<string, unknown> = {}) => ({
  hs_timestamp: "2026-11-23T09:00:00Z",
  hs_task_subject: "Call",
  ...more,
});
const to = (id: string, associationTypeId: number) => ({
  to: { id },
  types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId }],
});

describe("the door", () => {
  it("refuses a missing or wrong token with HubSpot's error body", async () => {
    for (const headers of [{}, { authorization: "Bearer other" }, { authorization: "hubspot-token" }]) {
      const { status, body } = await send("GET", `${OBJECTS}/deals/${DEAL}`, undefined, headers);
      expect(status).toBe(401);
      expect(body).toMatchObject({ status: "error", category: "INVALID_AUTHENTICATION" });
    }
  });

  it("knows 2026-09 and v3, and answers 404 to any other version", async () => {
    expect((await send("GET", `${OBJECTS}/deals/${DEAL}`)).status).toBe(200);
    expect((await send("GET", `/crm/v3/objects/deals/${DEAL}`)).status).toBe(200);
    expect((await send("GET", `/crm/objects/2025-09/deals/${DEAL}`)).status).toBe(404);
    expect((await send("GET", `/crm/v5/objects/deals/${DEAL}`)).status).toBe(404);
  });

  it("carries the rate limit headers, and refuses the 191st request within ten seconds", async () => {
    const first = await send("GET", `${OBJECTS}/deals/${DEAL}`);
    expect(first.headers.get("x-hubspot-ratelimit-max")).toBe("190");
    expect(first.headers.get("x-hubspot-ratelimit-remaining")).toBe("189");
    for (let n = 0; n < 189; n += 1) await send("GET", `${OBJECTS}/deals/${DEAL}`);
    const over = await send("GET", `${OBJECTS}/deals/${DEAL}`);
    expect(over.status).toBe(429);
    expect(over.body).toMatchObject({ errorType: "RATE_LIMIT", policyName: "TEN_SECONDLY_ROLLING" });
    deps.advance(10_000);
    expect((await send("GET", `${OBJECTS}/deals/${DEAL}`)).status).toBe(200);
  });
});

describe("reading", () => {
  it("answers the asked properties as strings or null, unknown names left out, and associations on demand", async () => {
    const query = "properties=amount,hs_next_step,nonsense&associations=companies,contacts,tasks";
    const { body } = await send("GET", `${OBJECTS}/deals/${DEAL}?${query}`);
    expect(body.properties).toEqual({
      amount: "48000",
      hs_next_step: null,
      createdate: expect.any(String),
      hs_lastmodifieddate: expect.any(String),
      hs_object_id: DEAL,
    });
    expect(body.associations.contacts.results).toContainEqual({ id: CONTACT, type: "deal_to_contact" });
    // The primary company is listed twice, as HubSpot does.
    expect(body.associations.companies.results).toEqual([
      { id: "330222354146", type: "deal_to_company" },
      { id: "330222354146", type: "deal_to_company_unlabeled" },
    ]);
    expect(body.associations.tasks.results).toEqual([{ id: "41000000001", type: "deal_to_task" }]);
  });

  it("finds by a unique property only", async () => {
    const mail = "maton.reyes@querbus.example";
    expect((await send("GET", `${OBJECTS}/contacts/${mail}?idProperty=email`)).body.id).toBe(CONTACT);
    expect((await send("GET", `${OBJECTS}/contacts/Maton?idProperty=firstname`)).status).toBe(400);
  });

  it("answers 404 for an unknown id and 400 for an unknown type", async () => {
    expect((await send("GET", `${OBJECTS}/deals/1`)).body).toMatchObject({ category: "OBJECT_NOT_FOUND" });
    expect((await send("GET", `${OBJECTS}/unicorns/1`)).status).toBe(400);
  });

  it("reads a batch without associations and names the missing ids in a 207", async () => {
    const inputs = [{ id: DEAL }, { id: "1" }];
    const { status, body } = await send("POST", `${OBJECTS}/deals/batch/read`, { inputs, properties: ["dealname"] });
    expect(status).toBe(207);
    expect(body).toMatchObject({ numErrors: 1, errors: [{ category: "OBJECT_NOT_FOUND", context: { ids: ["1"] } }] });
    expect(body.results).toHaveLength(1);
    expect(body.results[0]).not.toHaveProperty("associations");
    const many = Array.from({ length: 101 }, (_, n) => ({ id: String(n) }));
    expect((await send("POST", `${OBJECTS}/deals/batch/read`, { inputs: many })).status).toBe(400);
  });

  it("lists owners by e-mail and by id", async () => {
    const { body } = await send("GET", "/crm/owners/2026-09?email=ANA.duarte@northwind.example");
    expect(body.results).toMatchObject([{ id: "64492917", userId: 98499705 }]);
    expect((await send("GET", "/crm/owners/2026-09/64492917")).body.email).toBe("ana.duarte@northwind.example");
    expect((await send("GET", "/crm/owners/2026-09/1")).status).toBe(404);
  });
});

describe("writing", () => {
  it("keeps what HubSpot computes from the stage in step with it", async () => {
    deps.advance(60_000);
    const path = `${OBJECTS}/deals/${DEAL}`;
    expect((await send("PATCH", path, { properties: { dealstage: "closedwon" } })).status).toBe(200);
    const query = "hs_is_closed,hs_is_closed_won,hs_v2_date_entered_current_stage,closedate";
    const at = "2026-11-21T08:01:00.000Z";
    expect((await send("GET", `${path}?properties=${query}`)).body.properties).toMatchObject({
      hs_is_closed: "true",
      hs_is_closed_won: "true",
      hs_v2_date_entered_current_stage: at,
      closedate: at,
    });
  });

  it.each([
    ["an unknown property", { nonsense: "1" }, "PROPERTY_DOESNT_EXIST"],
    ["a read-only property", { hs_is_closed: "true" }, "READ_ONLY_VALUE"],
    ["an option that does not exist", { dealstage: "won" }, "INVALID_OPTION"],
    ["a number that is none", { amount: "lots" }, "INVALID_INTEGER"],
    ["a date that is none", { closedate: "soon" }, "INVALID_DATE"],
    ["an owner who is not there", { hubspot_owner_id: "1" }, "INVALID_OWNER_ID"],
    ["a property named like an object's own member", { constructor: "1" }, "PROPERTY_DOESNT_EXIST"],
  ])("refuses %s and changes nothing", async (_, properties, error) => {
    const before = deps.store.get("hubspot", "deals", DEAL);
    const { status, body } = await send("PATCH", `${OBJECTS}/deals/${DEAL}`, {
      properties: { amount: "1", ...properties },
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ category: "VALIDATION_ERROR", message: expect.stringContaining(error) });
    expect(deps.store.get("hubspot", "deals", DEAL)).toEqual(before);
  });

  it("refuses null as a value, and takes an empty text as clearing", async () => {
    const path = `${OBJECTS}/deals/${DEAL}`;
    expect((await send("PATCH", path, { properties: { amount: null } })).status).toBe(400);
    expect((await send("PATCH", path, { properties: { amount: "" } })).body.properties.amount).toBeNull();
    expect((await send("PATCH", `${OBJECTS}/deals/1`, { properties: { amount: "1" } })).status).toBe(404);
  });

  it("creates a task with its associations, visible from both sides", async () => {
    const associations = [to(DEAL, 216), to(CONTACT, 204)];
    const created = await send("POST", `${OBJECTS}/tasks`, { properties: task(), associations });
    expect(created.status).toBe(201);
    deps.advance(1_000);
    const { body } = await send("GET", `${OBJECTS}/deals/${DEAL}?associations=tasks`);
    expect(body.associations.tasks.results).toContainEqual({ id: created.body.id, type: "deal_to_task" });
  });

  it("needs properties and associations, and a task its hs_timestamp", async () => {
    const missing = await send("POST", `${OBJECTS}/tasks`, { properties: task() });
    expect(missing.status).toBe(400);
    expect(missing.body.message).toContain("Some required fields were not set: [associations]");
    const undated = await send("POST", `${OBJECTS}/tasks`, { properties: { hs_task_subject: "x" }, associations: [] });
    expect(undated.body.context).toEqual({ properties: ["hs_timestamp"] });
  });

  it("refuses an association type that does not fit and a target that is not there", async () => {
    const wrongType = await send("POST", `${OBJECTS}/tasks`, { properties: task(), associations: [to(DEAL, 999)] });
    expect(wrongType.status).toBe(400);
    const missing = await send("POST", `${OBJECTS}/tasks`, { properties: task(), associations: [to("1", 216)] });
    expect(missing.status).toBe(400);
    expect(missing.body.context.INVALID_OBJECT_IDS).toEqual(["DEAL=1 is not valid"]);
    // 204 is task to contact, so the deal's id is looked for among contacts.
    const crossed = await send("POST", `${OBJECTS}/tasks`, { properties: task(), associations: [to(DEAL, 204)] });
    expect(crossed.body.context.objectType).toEqual(["CONTACT"]);
  });

  it("refuses a second task with the same dealwire_action_id, until the first is archived", async () => {
    const body = { properties: task({ dealwire_action_id: "act_1" }), associations: [] };
    const first = await send("POST", `${OBJECTS}/tasks`, body);
    const second = await send("POST", `${OBJECTS}/tasks`, body);
    expect(second.status).toBe(400);
    expect(second.body.message).toContain("CONFLICTING_UNIQUE_VALUE");
    expect((await send("DELETE", `${OBJECTS}/tasks/${first.body.id}`)).status).toBe(204);
    expect((await send("GET", `${OBJECTS}/tasks/${first.body.id}`)).status).toBe(404);
    expect((await send("POST", `${OBJECTS}/tasks`, body)).status).toBe(201);
  });

  it("answers 409 for a contact whose e-mail is taken", async () => {
    const properties = { email: "Maton.Reyes@querbus.example" };
    const { status, body } = await send("POST", `${OBJECTS}/contacts`, { properties, associations: [] });
    expect(status).toBe(409);
    expect(body.message).toBe(`Contact already exists. Existing ID: ${CONTACT}`);
  });

  it("upserts by a unique property, says what is new, and ignores associations", async () => {
    const inputs = [
      { id: "act_2", idProperty: "dealwire_action_id", properties: task(), associations: [to(DEAL, 216)] },
    ];
    const first = await send("POST", `${OBJECTS}/tasks/batch/upsert`, { inputs });
    const again = await send("POST", `${OBJECTS}/tasks/batch/upsert`, { inputs });
    expect([first.body.results[0].new, again.body.results[0].new]).toEqual([true, false]);
    expect(again.body.results[0].id).toBe(first.body.results[0].id);
    const { body } = await send("GET", `${OBJECTS}/tasks/${first.body.results[0].id}?associations=deals`);
    expect(body).not.toHaveProperty("associations");
  });

  it("refuses an upsert by any other property, and writes nothing of a batch with one bad input", async () => {
    const other = [{ id: "x", idProperty: "hs_task_subject", properties: task() }];
    const { status, body } = await send("POST", `${OBJECTS}/tasks/batch/upsert`, { inputs: other });
    expect(status).toBe(400);
    expect(body.message).toContain("non-unique");
    const count = deps.store.list("hubspot", "tasks").length;
    const mixed = [
      { id: "act_3", idProperty: "dealwire_action_id", properties: task() },
      { id: "act_4", idProperty: "dealwire_action_id", properties: { hs_task_subject: "undated" } },
    ];
    expect((await send("POST", `${OBJECTS}/tasks/batch/upsert`, { inputs: mixed })).status).toBe(400);
    expect(deps.store.list("hubspot", "tasks")).toHaveLength(count);
  });
});
