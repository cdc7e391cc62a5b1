// HubSpot's search: filters, paging, and the limits that a client has to respect.
import { beforeEach, describe, expect, it } from "vitest";
import { type FakeDeps, fakeDeps, readJson } from "../../fake-deps.ts";
import { hubspot } from "../hubspot.ts";
import { SEARCH_LAG_MS } from "./records.ts";

const DEAL = "332507367156";
const PATH = "/crm/objects/2026-09";
const AUTHORIZED = { authorization: "Bearer hubspot-token" };

let deps: FakeDeps;
let app: ReturnType<typeof hubspot>;
beforeEach(() => {
  deps = fakeDeps();
  app = hubspot(deps);
});

const search = async (type: string, filters: unknown[], more: Record<string, unknown> = {}) => {
  const body = { filterGroups: [{ filters }], properties: [], sorts: [], limit: 100, after: "0", ...more };
  const init = { method: "POST", headers: AUTHORIZED, body: JSON.stringify(body) };
  const response = await app.request(`${PATH}/${type}/search`, init);
  return { status: response.status, headers: response.headers, body: await readJson(response) };
};
const ids = (answer: { body: { results: { id: string }[] } }) => answer.body.results.map((result) => result.id);

describe("filters", () => {
  it.each([
    ["EQ on an association", "tasks", [{ propertyName: "associations.deal", operator: "EQ", value: DEAL }], 1],
    ["IN", "deals", [{ propertyName: "dealstage", operator: "IN", values: ["closedwon", "closedlost"] }], 2],
    ["NEQ", "deals", [{ propertyName: "hs_is_closed", operator: "NEQ", value: "true" }], 8],
    ["GT, as a number", "deals", [{ propertyName: "amount", operator: "GT", value: "99000" }], 2],
    ["BETWEEN", "deals", [{ propertyName: "amount", operator: "BETWEEN", value: 15000, highValue: 18900 }], 2],
    [
      "LT on a date in ms",
      "deals",
      [{ propertyName: "closedate", operator: "LT", value: Date.parse("2026-11-21") }],
      3,
    ],
    ["HAS_PROPERTY", "deals", [{ propertyName: "amount", operator: "HAS_PROPERTY" }], 10],
    ["NOT_HAS_PROPERTY", "deals", [{ propertyName: "hs_next_step", operator: "NOT_HAS_PROPERTY" }], 10],
    [
      "CONTAINS_TOKEN",
      "contacts",
      [{ propertyName: "email", operator: "CONTAINS_TOKEN", value: "*@querbus.example" }],
      2,
    ],
    [
      "all filters of a group",
      "tasks",
      [
        { propertyName: "associations.deal", operator: "EQ", value: DEAL },
        { propertyName: "hs_task_status", operator: "EQ", value: "COMPLETED" },
      ],
      0,
    ],
  ])("takes %s", async (_, type, filters, count) => {
    const answer = await search(type, filters);
    expect(answer.status).toBe(200);
    expect(answer.body.total).toBe(count);
  });

  it("sorts and pages", async () => {
    const open = [{ propertyName: "hs_is_closed", operator: "EQ", value: "false" }];
    const sorts = [{ propertyName: "amount", direction: "DESCENDING" }];
    const first = await search("deals", open, { limit: 3, sorts });
    expect(ids(first)[0]).toBe("332507367203");
    expect(first.body.paging).toEqual({ next: { after: "3" } });
    deps.advance(1_000);
    const last = await search("deals", open, { limit: 3, after: "6", sorts });
    expect(ids(last)).toHaveLength(2);
    expect(last.body).not.toHaveProperty("paging");
  });

  it("lags behind a create", async () => {
    const properties = { hs_timestamp: "2026-11-23T09:00:00Z", dealwire_action_id: "act_1" };
    const body = JSON.stringify({ properties, associations: [] });
    await app.request(`${PATH}/tasks`, { method: "POST", headers: AUTHORIZED, body });
    const filters = [{ propertyName: "dealwire_action_id", operator: "EQ", value: "act_1" }];
    expect((await search("tasks", filters)).body.total).toBe(0);
    deps.advance(SEARCH_LAG_MS);
    expect((await search("tasks", filters)).body.total).toBe(1);
  });
});

describe("limits", () => {
  const any = { propertyName: "amount", operator: "HAS_PROPERTY" };

  it("refuses the sixth search within a second, without rate limit headers", async () => {
    for (let n = 0; n < 5; n += 1) expect((await search("deals", [any])).status).toBe(200);
    const over = await search("deals", [any]);
    expect(over.status).toBe(429);
    expect(over.body.policyName).toBe("SECONDLY");
    expect(over.headers.get("x-hubspot-ratelimit-max")).toBeNull();
  });

  it.each([
    ["a property that does not exist", [{ propertyName: "nonsense", operator: "HAS_PROPERTY" }], {}],
    ["an operator that does not exist", [{ propertyName: "amount", operator: "LIKE", value: "1" }], {}],
    ["an operator without its value", [{ propertyName: "amount", operator: "EQ" }], {}],
    ["more than 6 filters in a group", Array.from({ length: 7 }, () => any), {}],
    ["more than 5 groups", [], { filterGroups: Array.from({ length: 6 }, () => ({ filters: [any] })) }],
    ["more than 18 filters", [], { filterGroups: Array.from({ length: 4 }, () => ({ filters: Array(5).fill(any) })) }],
    ["a limit over 200", [any], { limit: 201 }],
    ["a cursor that is none", [any], { after: "x" }],
    ["a page beyond 10,000", [any], { after: "9950" }],
    ["a missing member", [any], { sorts: undefined }],
    ["a body over 3,000 characters", [any], { properties: Array(400).fill("dealname") }],
  ])("refuses %s", async (_, filters, more) => {
    expect((await search("deals", filters, more)).status).toBe(400);
  });
});
