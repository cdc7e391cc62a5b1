import { describe, expect, test } from "vitest";
import { conforms } from "./conformance.ts";
import { createTaskHubspot } from "./create-task-hubspot.ts";
import { TEST_ACTION, TEST_ATTEMPT, TEST_SETTINGS } from "./test-settings.ts";

type Task = { id: string; properties: Record<string, string>; associations: unknown };

/** HubSpot's tasks, with `dealwire_action_id` as a unique property. */
function hubspot() {
  const tasks: Task[] = [];
  return {
    tasks,
    effects: () => tasks.length,
    async answer(request: Request): Promise<Response> {
      const { pathname } = new URL(request.url);
      if (request.method === "POST" && pathname === "/crm/objects/2026-09/tasks") {
        const { properties, associations } = JSON.parse(await request.text());
        const taken = tasks.some(({ properties: have }) => have.dealwire_action_id === properties.dealwire_action_id);
        if (taken) return refusal(400, "Property values were not valid: CONFLICTING_UNIQUE_VALUE");
        const task = { id: String(9_000 + tasks.length), properties, associations };
        tasks.push(task);
        return Response.json({ ...task, createdAt: "2026-11-21T08:10:00Z", archived: false }, { status: 201 });
      }
      const key = decodeURIComponent(pathname.split("/").at(-1) ?? "");
      if (request.method === "DELETE") {
        const at = tasks.findIndex(({ id }) => id === key);
        if (at >= 0) tasks.splice(at, 1);
        return new Response(null, { status: 204 });
      }
      const task = tasks.find(({ properties }) => properties.dealwire_action_id === key);
      return task === undefined ? refusal(404, "resource not found") : Response.json(task);
    },
  };
}

function refusal(status: number, message: string): Response {
  return Response.json({ status: "error", message, category: "VALIDATION_ERROR" }, { status });
}

const action = {
  ...TEST_ACTION,
  type: "create_task",
  target: "hubspot",
  params: {
    subject: "Call Querbus",
    body: "They asked <b>twice</b> & wait.\nBe quick.",
    due_at: "2026-11-23T09:00:00.000Z",
    owner_id: "hubspot:64492917",
    importance: "high",
    kind: "call",
    deal_id: "hubspot:332507367156",
    contact_ids: ["hubspot:508369434347"],
    account_id: "hubspot:330222354146",
  },
} as const;

const isCreate = (request: Request) => request.method === "POST";

conforms({
  adapter: createTaskHubspot,
  action: { ...action, params: { ...action.params, contact_ids: [...action.params.contact_ids] } },
  settings: TEST_SETTINGS,
  secret: "HUBSPOT_ACCESS_TOKEN",
  upstream: hubspot,
  isEffect: isCreate,
  refusal: () => refusal(400, "no such place"),
  undo: { isUndo: ({ method }) => method === "DELETE" },
});

const attempt = { ...TEST_ATTEMPT, releasedAtMs: Date.parse("2026-11-21T08:00:00.000Z") };

function run(answer: (request: Request) => Response | Promise<Response>, params: object = {}) {
  const fetchFake: typeof fetch = async (input, init) => answer(new Request(input, init));
  const ports = { fetch: fetchFake, now: () => attempt.releasedAtMs, settings: TEST_SETTINGS, accessTokens: new Map() };
  return createTaskHubspot.perform({ ...action, params: { ...action.params, ...params } }, attempt, ports);
}

describe("a task in HubSpot", () => {
  test("has HubSpot's properties, the key, and an association of the right type for each record", async () => {
    const upstream = hubspot();
    await run((request) => upstream.answer(request));
    expect(upstream.tasks[0]?.properties).toEqual({
      hs_timestamp: "2026-11-23T09:00:00.000Z",
      hs_task_subject: "Call Querbus",
      hs_task_body: "They asked &lt;b&gt;twice&lt;/b&gt; &amp; wait.<br>Be quick.",
      hs_task_status: "NOT_STARTED",
      hs_task_priority: "HIGH",
      hs_task_type: "CALL",
      hubspot_owner_id: "64492917",
      dealwire_action_id: TEST_ACTION.idempotency_key,
    });
    expect(upstream.tasks[0]?.associations).toMatchObject([
      { to: { id: "332507367156" }, types: [{ associationTypeId: 216 }] },
      { to: { id: "508369434347" }, types: [{ associationTypeId: 204 }] },
      { to: { id: "330222354146" }, types: [{ associationTypeId: 192 }] },
    ]);
  });

  test("leaves out what is not known", async () => {
    const upstream = hubspot();
    await run((request) => upstream.answer(request), {
      owner_id: null,
      deal_id: null,
      contact_ids: [],
      account_id: null,
    });
    expect(upstream.tasks[0]?.properties).not.toHaveProperty("hubspot_owner_id");
    expect(upstream.tasks[0]?.associations).toEqual([]);
  });

  test("that the key already names is taken for done, although nobody said it may be", async () => {
    const upstream = hubspot();
    await run((request) => upstream.answer(request));
    const outcome = await run((request) => upstream.answer(request));
    expect(outcome).toMatchObject({ kind: "executed", effect: { external_id: "9000" } });
    expect(upstream.effects()).toBe(1);
  });

  test("a rate limit did nothing, so it is tried again without asking", async () => {
    const outcome = await run(() => new Response("", { status: 429, headers: { "retry-after": "10" } }));
    expect(outcome).toMatchObject({ kind: "retry", afterSeconds: 10, effectUnknown: false });
  });

  test.each([{ deal_id: "salesforce:006xx" }, { contact_ids: ["salesforce:003xx"] }, { owner_id: "salesforce:005xx" }])(
    "a record of another system is refused by name: %o",
    async (params) => {
      const outcome = await run(() => new Response("unreached", { status: 500 }), params);
      expect(outcome).toMatchObject({ kind: "rejected", reason: expect.stringContaining("salesforce:00") });
    },
  );
});
