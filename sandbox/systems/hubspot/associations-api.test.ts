// Associations put separately, in the dated family and in v4.
import { beforeEach, expect, it } from "vitest";
import { type FakeDeps, fakeDeps, readJson } from "../../fake-deps.ts";
import { hubspot } from "../hubspot.ts";

const DEAL = "332507367156";
const TASK = "41000000004";

let deps: FakeDeps;
beforeEach(() => {
  deps = fakeDeps();
});
const send = async (method: string, path: string, body?: unknown) => {
  const response = await hubspot(deps).request(path, {
    method,
    headers: { authorization: "Bearer hubspot-token" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await readJson(response) };
};
const spec = (associationTypeId: number) => ({ associationCategory: "HUBSPOT_DEFINED", associationTypeId });
/** What reads see once the associations have caught up. */
const tasksOfDeal = async () => {
  deps.advance(1_000);
  const read = await send("POST", "/crm/associations/2026-09/deals/tasks/batch/read", { inputs: [{ id: DEAL }] });
  return read.body.results[0].to.map((one: { toObjectId: string }) => one.toObjectId);
};

it("puts one association with its type, in both families, with ids as each shows them", async () => {
  const dated = await send("PUT", `/crm/objects/2026-09/tasks/${TASK}/associations/deals/${DEAL}`, [spec(216)]);
  expect(dated).toMatchObject({ status: 201, body: { fromObjectTypeId: "0-27", toObjectId: DEAL, labels: [] } });
  const v4 = await send("PUT", `/crm/v4/objects/tasks/${TASK}/associations/deals/${DEAL}`, [spec(216)]);
  expect(v4).toMatchObject({ status: 201, body: { toObjectId: Number(DEAL) } });
  expect(await tasksOfDeal()).toEqual(["41000000001", TASK]);
});

it("puts the default association without a body", async () => {
  const path = `/crm/objects/2026-09/tasks/${TASK}/associations/default/deals/${DEAL}`;
  expect(await send("PUT", path)).toMatchObject({ status: 200, body: { results: [{ associationSpec: spec(216) }] } });
  expect(await tasksOfDeal()).toContain(TASK);
});

it("creates a batch, and reports each bad input in a 207 without losing the good ones", async () => {
  const input = (id: string, typeId: number) => ({ from: { id: TASK }, to: { id }, types: [spec(typeId)] });
  const path = "/crm/associations/2026-09/tasks/deals/batch/create";
  const mixed = await send("POST", path, { inputs: [input(DEAL, 216), input("1", 216), input(DEAL, 204)] });
  expect(mixed).toMatchObject({ status: 207, body: { numErrors: 2 } });
  expect(await tasksOfDeal()).toContain(TASK);
  expect((await send("POST", path, { inputs: [input(DEAL, 216)] })).status).toBe(200);
  const v4 = await send("POST", "/crm/v4/associations/tasks/deals/batch/create", { inputs: [input(DEAL, 216)] });
  expect(v4.status).toBe(201);
});

it("refuses a type that does not run between the two objects", async () => {
  const path = `/crm/objects/2026-09/tasks/${TASK}/associations/deals/${DEAL}`;
  const { status, body } = await send("PUT", path, [spec(215)]);
  expect(status).toBe(400);
  expect(body.message).toContain("doesn't exist between 0-27 and 0-3");
  expect((await send("PUT", path, [])).status).toBe(400);
});

it("shows a new association only a moment later, unless the account is told to be at once", async () => {
  const read = () => send("POST", "/crm/associations/2026-09/deals/tasks/batch/read", { inputs: [{ id: DEAL }] });
  const path = `/crm/objects/2026-09/tasks/${TASK}/associations/deals/${DEAL}`;
  await send("PUT", path, [spec(216)]);
  expect((await read()).body.results[0].to).toHaveLength(1);
  deps.advance(1_000);
  expect((await read()).body.results[0].to).toHaveLength(2);
  deps.store.put("hubspot", "settings", "account", { id: "account", association_lag_ms: 0 });
  await send("PUT", `/crm/objects/2026-09/tasks/41000000005/associations/deals/${DEAL}`, [spec(216)]);
  expect((await read()).body.results[0].to).toHaveLength(3);
});

it("labels people on a deal, lists the labels, and takes them off again", async () => {
  const labels = await send("GET", "/crm/associations/2026-09/deals/contacts/labels");
  expect(labels.body.results).toContainEqual({ category: "USER_DEFINED", typeId: 13, label: "Champion" });
  const path = `/crm/objects/2026-09/deals/${DEAL}/associations/contacts`;
  const champion = { associationCategory: "USER_DEFINED", associationTypeId: 13 };
  expect((await send("PUT", `${path}/508369434347`, [champion])).status).toBe(201);
  expect((await send("PUT", `${path}/508369434347`, [spec(13)])).status).toBe(400);
  deps.advance(1_000);
  const { body } = await send("GET", path);
  expect(body.results[0]).toEqual({
    toObjectId: "508369434347",
    associationTypes: [
      { category: "HUBSPOT_DEFINED", typeId: 3, label: null },
      { category: "USER_DEFINED", typeId: 13, label: "Champion" },
    ],
  });
  const gone = await hubspot(deps).request(`${path}/508369434347`, {
    method: "DELETE",
    headers: { authorization: "Bearer hubspot-token" },
  });
  expect(gone.status).toBe(204);
  expect((await send("GET", path)).body.results).toHaveLength(1);
});
