// What HubSpot does to records beside storing them: history, merges, archiving, and the limits of a day.
import { beforeEach, expect, it } from "vitest";
import { type FakeDeps, fakeDeps } from "../../fake-deps.ts";
import { hubspot } from "../hubspot.ts";

const DEAL = "332507367156";
const OBJECTS = "/crm/objects/2026-09";

let deps: FakeDeps;
let app: ReturnType<typeof hubspot>;
beforeEach(() => {
  deps = fakeDeps();
  app = hubspot(deps);
});
const send = async (method: string, path: string, body?: unknown) => {
  const response = await app.request(path, {
    method,
    headers: { authorization: "Bearer hubspot-token" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
};

it("keeps the values that a deal had, newest first, one line a change", async () => {
  const path = `${OBJECTS}/deals/${DEAL}`;
  await send("PATCH", path, { properties: { dealstage: "contractsent" } });
  deps.advance(60_000);
  await send("PATCH", path, { properties: { dealstage: "closedwon" } });
  await send("PATCH", path, { properties: { dealstage: "closedwon" } });
  const { body } = await send("GET", `${path}?propertiesWithHistory=dealstage,closedate`);
  const stages = body.propertiesWithHistory.dealstage;
  expect(stages.map((line: { value: string }) => line.value)).toEqual(["closedwon", "contractsent"]);
  expect(stages[0]).toMatchObject({ timestamp: "2026-11-21T08:01:00.000Z", sourceType: "API" });
  expect(body.properties.dealstage).toBe("closedwon");
  expect(body.propertiesWithHistory.closedate).toHaveLength(1);
  const batch = { inputs: [{ id: DEAL }], properties: [], propertiesWithHistory: ["dealstage"] };
  const read = await send("POST", `${OBJECTS}/deals/batch/read`, batch);
  expect(read.body.results[0].propertiesWithHistory.dealstage).toEqual(stages);
});

it("answers the survivor for both ids after a merge, with the people of both", async () => {
  const request = { primaryObjectId: DEAL, objectIdToMerge: "332507367209" };
  const merged = await send("POST", `${OBJECTS}/deals/merge`, request);
  expect(merged.status).toBe(200);
  const survivor = merged.body.id;
  expect(survivor).not.toBe(DEAL);
  for (const id of [DEAL, "332507367209"]) {
    const { body } = await send("GET", `${OBJECTS}/deals/${id}?properties=dealname&associations=contacts`);
    expect(body.id).toBe(survivor);
    expect(body.properties.dealname).toBe("Querbus – platform rollout");
    expect(body.associations.contacts.results).toHaveLength(3);
  }
  const batch = await send("POST", `${OBJECTS}/deals/batch/read`, { inputs: [{ id: DEAL }], properties: [] });
  expect(batch.body.results[0].id).toBe(survivor);
  expect((await send("PATCH", `${OBJECTS}/deals/${DEAL}`, { properties: { amount: "1" } })).body.id).toBe(survivor);
});

it("refuses to merge a record with itself or with one that is not there", async () => {
  const merge = (id: string) => send("POST", `${OBJECTS}/deals/merge`, { primaryObjectId: DEAL, objectIdToMerge: id });
  expect((await merge(DEAL)).status).toBe(400);
  expect((await merge("1")).status).toBe(404);
});

it("archives a batch, unknown ids included, and makes calls and meetings that need a time", async () => {
  const made = await send("POST", `${OBJECTS}/calls`, {
    properties: { hs_timestamp: "2026-11-20T10:00:00Z", hs_call_title: "Intro", hs_call_direction: "OUTBOUND" },
    associations: [{ to: { id: DEAL }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 206 }] }],
  });
  expect(made.status).toBe(201);
  expect((await send("POST", `${OBJECTS}/meetings`, { properties: {}, associations: [] })).status).toBe(400);
  const inputs = [{ id: made.body.id }, { id: "1" }];
  expect((await send("POST", `${OBJECTS}/calls/batch/archive`, { inputs })).status).toBe(204);
  expect((await send("GET", `${OBJECTS}/calls/${made.body.id}`)).status).toBe(404);
});

it("refuses everything once the day is used up, until the next one", async () => {
  deps.store.put("hubspot", "settings", "account", { id: "account", daily_limit: 2 });
  const statuses = [];
  for (let n = 0; n < 3; n += 1) statuses.push((await send("GET", `${OBJECTS}/deals/${DEAL}`)).status);
  expect(statuses).toEqual([200, 200, 429]);
  const over = await send("GET", `${OBJECTS}/deals/${DEAL}`);
  expect(over.body).toMatchObject({ errorType: "RATE_LIMIT", policyName: "DAILY" });
  expect(over.headers.get("x-hubspot-ratelimit-daily-remaining")).toBe("0");
  deps.advance(86_400_000);
  expect((await send("GET", `${OBJECTS}/deals/${DEAL}`)).status).toBe(200);
});
