// The HubSpot client against answers of HubSpot's real shapes: exact URLs and bodies out, typed values in.
import { expect, test } from "vitest";
import { createHubspot } from "./hubspot.ts";
import { associated } from "./hubspot-records.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

type Sent = { method: string; url: string; headers: Headers; body: unknown };

/** A client whose fetch answers these bodies in turn, and what it sent. */
function clientThatGets(apiVersion: string, ...answers: { status?: number; body: unknown }[]) {
  const sent: Sent[] = [];
  const fake = async (input: RequestInfo | URL, init?: RequestInit) => {
    const text = typeof init?.body === "string" ? init.body : "null";
    const headers = new Headers(init?.headers);
    sent.push({ method: init?.method ?? "GET", url: String(input), headers, body: JSON.parse(text) });
    const { status = 200, body } = answers[sent.length - 1] ?? { status: 500, body: "no more answers" };
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  };
  const settings = { apiUrl: "https://api.hubapi.com/", apiVersion, accessToken: "pat-na1-x" };
  return { sent, hubspot: createHubspot(settings, { fetch: fake, now: () => 0 }) };
}

const deal = {
  id: "332507367156",
  properties: { dealname: "Acme", amount: null },
  createdAt: "2026-06-25T07:19:32.793Z",
  updatedAt: "2026-06-25T07:19:32.793Z",
  archived: false,
  associations: {
    companies: {
      results: [
        { id: "7", type: "deal_to_company_unlabeled" },
        { id: "330222354146", type: "deal_to_company" },
        { id: "330222354146", type: "deal_to_company_unlabeled" },
      ],
    },
  },
};

test("a read names the properties and associations it wants, with the token and the trace", async () => {
  const { hubspot, sent } = clientThatGets("2026-09", { body: deal });
  const selection = { properties: ["dealname", "amount"], associations: ["companies", "contacts"] } as const;
  const answer = await hubspot.getRecord("deals", "332507367156", selection, TRACE);
  expect(answer).toMatchObject({ ok: true, value: { id: "332507367156", properties: { amount: null } } });
  expect(sent[0]?.url).toBe(
    "https://api.hubapi.com/crm/objects/2026-09/deals/332507367156?properties=dealname%2Camount&associations=companies%2Ccontacts",
  );
  expect(sent[0]?.headers.get("authorization")).toBe("Bearer pat-na1-x");
  expect(sent[0]?.headers.get("traceparent")).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
});

test("legacy versions have their own paths", async () => {
  const { hubspot, sent } = clientThatGets("v3", { body: deal }, { body: { id: "5" } });
  await hubspot.getRecord("deals", "1", { properties: ["dealname"] }, TRACE);
  await hubspot.getOwner("5", TRACE);
  expect(sent.map(({ url }) => url)).toEqual([
    "https://api.hubapi.com/crm/v3/objects/deals/1?properties=dealname",
    "https://api.hubapi.com/crm/v3/owners/5",
  ]);
});

test("owners have a dated path of their own", async () => {
  const owner = {
    id: "64492917",
    email: "ana@x.com",
    firstName: "Ana",
    lastName: "Duarte",
    userId: 9,
    archived: false,
  };
  const { hubspot, sent } = clientThatGets("2026-09", { body: owner });
  expect(await hubspot.getOwner("64492917", TRACE)).toMatchObject({
    ok: true,
    value: { lastName: "Duarte", userId: 9 },
  });
  expect(sent[0]?.url).toBe("https://api.hubapi.com/crm/owners/2026-09/64492917");
});

test("a batch read asks for each id once, in hundreds, and keeps the order asked for", async () => {
  const ids = Array.from({ length: 150 }, (_, index) => String(index + 1));
  const records = (from: number, to: number) => ({
    status: "COMPLETE",
    results: ids
      .slice(from, to)
      .map((id) => ({ id, properties: {} }))
      .reverse(),
  });
  const { hubspot, sent } = clientThatGets(
    "2026-09",
    { body: records(0, 100) },
    { status: 207, body: records(100, 149) },
  );
  const answer = await hubspot.batchRead("contacts", [...ids, "1", "2"], ["email"], TRACE);
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual(
    Array(2).fill("POST https://api.hubapi.com/crm/objects/2026-09/contacts/batch/read"),
  );
  expect(sent[1]?.body).toEqual({ properties: ["email"], inputs: ids.slice(100).map((id) => ({ id })) });
  expect(answer.ok && answer.value.map(({ id }) => id)).toEqual(ids.slice(0, 149));
});

test("a batch read of nothing calls nobody", async () => {
  const { hubspot, sent } = clientThatGets("2026-09");
  expect(await hubspot.batchRead("tasks", [], [], TRACE)).toMatchObject({ ok: true, value: [] });
  expect(sent).toEqual([]);
});

test("a task carries its action id and HubSpot's own association types", async () => {
  const { hubspot, sent } = clientThatGets("2026-09", { status: 201, body: { id: "900", properties: {} } });
  const answer = await hubspot.createTask(
    {
      actionKey: "act_aaaaaaaaaaaaaaaaaaaaaaaaaa",
      properties: { hs_task_subject: "Call Acme", hs_timestamp: "2026-11-23T09:00:00.000Z" },
      associations: [
        { toType: "deals", toId: "1" },
        { toType: "contacts", toId: "2" },
        { toType: "companies", toId: "3" },
      ],
    },
    TRACE,
  );
  expect(answer).toMatchObject({ ok: true, value: { id: "900" }, status: 201 });
  expect(sent[0]).toMatchObject({ method: "POST", url: "https://api.hubapi.com/crm/objects/2026-09/tasks" });
  const to = (id: string, associationTypeId: number) => ({
    to: { id },
    types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId }],
  });
  expect(sent[0]?.body).toEqual({
    properties: {
      hs_task_subject: "Call Acme",
      hs_timestamp: "2026-11-23T09:00:00.000Z",
      dealwire_action_id: "act_aaaaaaaaaaaaaaaaaaaaaaaaaa",
    },
    associations: [to("1", 216), to("2", 204), to("3", 192)],
  });
});

test("a task is found again by its action id, and a missing one is null", async () => {
  const { hubspot, sent } = clientThatGets("2026-09", { body: { id: "900" } }, { status: 404, body: "" });
  expect(await hubspot.findTaskByActionKey("act_x", TRACE)).toMatchObject({ ok: true, value: { id: "900" } });
  expect(await hubspot.findTaskByActionKey("act_y", TRACE)).toMatchObject({ ok: true, value: null });
  expect(sent[0]?.url).toBe("https://api.hubapi.com/crm/objects/2026-09/tasks/act_x?idProperty=dealwire_action_id");
});

test("a search that HubSpot refuses stays a failure, never a null", async () => {
  const { hubspot } = clientThatGets("2026-09", {
    status: 400,
    body: { message: "dealwire_action_id does not exist" },
  });
  expect(await hubspot.findTaskByActionKey("act_x", TRACE)).toMatchObject({ ok: false, failure: { kind: "rejected" } });
});

test("a 200 of the wrong shape is malformed and says where", async () => {
  const { hubspot } = clientThatGets("2026-09", { body: { id: 5, properties: [] } });
  const answer = await hubspot.getRecord("deals", "5", { properties: [] }, TRACE);
  expect(answer).toMatchObject({ ok: false, failure: { kind: "malformed", reason: expect.stringContaining("/id:") } });
});

test("a failing chunk fails the whole batch read", async () => {
  const ids = Array.from({ length: 101 }, (_, index) => String(index));
  const { hubspot } = clientThatGets("2026-09", { body: { results: [] } }, { status: 429, body: {} });
  const answer = await hubspot.batchRead("contacts", ids, [], TRACE);
  expect(answer).toMatchObject({ ok: false, failure: { kind: "unavailable", status: 429 } });
});

test("the primary company is told from the others, and each is named once", () => {
  expect(associated(deal, "companies")).toEqual({
    ids: ["7", "330222354146"],
    primary: "330222354146",
    complete: true,
  });
  expect(associated(deal, "contacts")).toEqual({ ids: [], primary: null, complete: true });
});

test("a further page of associations is noticed", () => {
  const paged = {
    ...deal,
    associations: { tasks: { results: [{ id: "1", type: "deal_to_task" }], paging: { next: { after: "1" } } } },
  };
  expect(associated(paged, "tasks")).toEqual({ ids: ["1"], primary: "1", complete: false });
});
