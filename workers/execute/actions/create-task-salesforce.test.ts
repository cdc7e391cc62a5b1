import { beforeAll, expect, test } from "vitest";
import { conforms } from "./conformance.ts";
import { createTaskSalesforce } from "./create-task-salesforce.ts";
import { loginAnswer, SALESFORCE_SETTINGS, salesforceRefusal, withKey } from "./salesforce.fixture.ts";
import { TEST_ACTION, TEST_ATTEMPT } from "./test-settings.ts";

beforeAll(withKey);

const BASE = "/services/data/v66.0/sobjects/Task";

/** Salesforce's tasks, with `Dealwire_Key__c` as an external id. */
function salesforce() {
  const tasks = new Map<string, { id: string; fields: Record<string, string> }>();
  return {
    tasks,
    effects: () => tasks.size,
    async answer(request: Request): Promise<Response> {
      const login = loginAnswer(request);
      if (login !== null) return login;
      const { pathname } = new URL(request.url);
      const key = decodeURIComponent(pathname.split("/").at(-1) ?? "");
      if (request.method === "PATCH" && pathname.startsWith(`${BASE}/Dealwire_Key__c/`)) {
        const id = tasks.get(key)?.id ?? `00TDd0000000${tasks.size}MAA`;
        const created = !tasks.has(key);
        tasks.set(key, { id, fields: JSON.parse(await request.text()) });
        return Response.json({ id, success: true, errors: [], created }, { status: created ? 201 : 200 });
      }
      const found = [...tasks].find(([, { id }]) => id === key);
      if (request.method !== "DELETE" || found === undefined) {
        return salesforceRefusal(404, "entity is deleted", "ENTITY_IS_DELETED");
      }
      tasks.delete(found[0]);
      return new Response(null, { status: 204 });
    },
  };
}

const params = {
  subject: "Call Querbus",
  body: "They asked twice.",
  due_at: "2026-11-23T09:00:00.000Z",
  owner_id: "salesforce:005Dd000001AAAAIA2",
  importance: "medium" as const,
  kind: "call" as const,
  deal_id: "salesforce:006Dd00000abcdeIAA",
  contact_ids: ["salesforce:003Dd00000abcdeIAA"],
  account_id: "salesforce:001Dd00000abcdeIAA",
};
const action = { ...TEST_ACTION, facts: [], type: "create_task" as const, target: "salesforce" as const, params };

conforms({
  adapter: createTaskSalesforce,
  action,
  settings: SALESFORCE_SETTINGS,
  secret: "SALESFORCE_PRIVATE_KEY",
  once: "keyed",
  upstream: salesforce,
  isEffect: ({ method }) => method === "PATCH",
  refusal: () => salesforceRefusal(400, "no such place"),
  undo: { isUndo: ({ method }) => method === "DELETE" },
});

function over(crm: ReturnType<typeof salesforce>) {
  const fetchFake: typeof fetch = async (input, init) => crm.answer(new Request(input, init));
  return { fetch: fetchFake, now: () => 0, settings: SALESFORCE_SETTINGS, accessTokens: new Map() };
}

test("the task names the opportunity, the first contact and the owner by their ids", async () => {
  const crm = salesforce();
  await createTaskSalesforce.perform(action, TEST_ATTEMPT, over(crm));
  expect(crm.tasks.get(TEST_ATTEMPT.idempotencyKey)?.fields).toEqual({
    Subject: "Call Querbus",
    Description: "They asked twice.",
    ActivityDate: "2026-11-23",
    Status: "Not Started",
    Priority: "Normal",
    OwnerId: "005Dd000001AAAAIA2",
    WhatId: "006Dd00000abcdeIAA",
    WhoId: "003Dd00000abcdeIAA",
  });
});

test("taken back it is deleted, and what is gone already is taken back", async () => {
  const crm = salesforce();
  const outcome = await createTaskSalesforce.perform(action, TEST_ATTEMPT, over(crm));
  if (outcome.kind !== "executed") throw new Error(JSON.stringify(outcome));
  for (const _time of [1, 2]) {
    const takenBack = await createTaskSalesforce.compensate(action, outcome.effect, TEST_ATTEMPT, over(crm));
    expect(takenBack).toEqual({ kind: "compensated", summary: "the task was deleted" });
  }
  expect(crm.tasks.size).toBe(0);
});

test("a record of another system is refused in words", async () => {
  const content = { ...action, params: { ...params, deal_id: "hubspot:1" } };
  const outcome = await createTaskSalesforce.perform(content, TEST_ATTEMPT, over(salesforce()));
  expect(outcome).toMatchObject({ kind: "rejected", reason: expect.stringContaining("hubspot:1 is not") });
});
