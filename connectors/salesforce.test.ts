// The Salesforce client against answers of Salesforce's real shapes: exact requests out, rows and named failures in.
import { expect, test } from "vitest";
import { createSalesforce, soqlText } from "./salesforce.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const INVALID_SESSION = {
  status: 401,
  body: [{ message: "Session expired or invalid", errorCode: "INVALID_SESSION_ID" }],
};

type Sent = { method: string; url: string; headers: Headers; body: unknown };

/** A client whose fetch answers these in turn, with sessions `00D!1`, `00D!2` and so on. */
function clientThatGets(...answers: { status?: number; body: unknown }[]) {
  const sent: Sent[] = [];
  const logins: (string | undefined)[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const body: unknown = JSON.parse(typeof init?.body === "string" ? init.body : "null");
    sent.push({ method: init?.method ?? "GET", url: String(input), headers: new Headers(init?.headers), body });
    const answer = answers[sent.length - 1] ?? { status: 500, body: "no more answers" };
    return Response.json(answer.body, { status: answer.status ?? 200 });
  };
  const sessions = async (refused?: string) => {
    logins.push(refused);
    const value = { accessToken: `00D!${logins.length}`, instanceUrl: "https://acme.my.salesforce.com" };
    return { ok: true, value, status: 200, headers: new Headers() } as const;
  };
  const settings = { apiVersion: "66.0", sessions, timeoutMs: 5_000 };
  return { sent, logins, salesforce: createSalesforce(settings, { fetch, now: () => 0 }) };
}

const rows = (...records: object[]) => ({ totalSize: records.length, done: true, records });

test("a query goes to the instance with the session and the trace, and answers rows", async () => {
  const { salesforce, sent } = clientThatGets({ body: rows({ Id: "006x", Owner: { Name: "Ana" } }) });
  const answer = await salesforce.query("SELECT Id FROM Opportunity WHERE Name = 'A&B'", TRACE);
  expect(answer).toMatchObject({ ok: true, value: [{ Id: "006x", Owner: { Name: "Ana" } }] });
  expect(sent[0]?.url).toBe(
    "https://acme.my.salesforce.com/services/data/v66.0/query?q=SELECT+Id+FROM+Opportunity+WHERE+Name+%3D+%27A%26B%27",
  );
  expect(sent[0]?.headers.get("authorization")).toBe("Bearer 00D!1");
  expect(sent[0]?.headers.get("traceparent")).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
});

test("a refused session is renewed once, and a second refusal is told", async () => {
  const renewed = clientThatGets(INVALID_SESSION, { body: rows() });
  expect(await renewed.salesforce.query("SELECT Id FROM Task", TRACE)).toMatchObject({ ok: true, value: [] });
  expect(renewed.logins).toEqual([undefined, "00D!1"]);
  const refused = clientThatGets(INVALID_SESSION, INVALID_SESSION);
  const answer = await refused.salesforce.query("SELECT Id FROM Task", TRACE);
  expect(answer).toMatchObject({ ok: false, failure: { kind: "credentials", status: 401 } });
  expect(refused.sent).toHaveLength(2);
});

test("several queries are one composite call, and one that fails leaves the others", async () => {
  const { salesforce, sent } = clientThatGets({
    body: {
      compositeResponse: [
        { referenceId: "deal", httpStatusCode: 200, httpHeaders: {}, body: rows({ Id: "006x" }) },
        {
          referenceId: "tasks",
          httpStatusCode: 400,
          httpHeaders: {},
          body: [{ message: "No such column", errorCode: "INVALID_FIELD" }],
        },
      ],
    },
  });
  const answer = await salesforce.queryTogether(
    { deal: "SELECT Id FROM A", tasks: "SELECT X FROM B", lost: "…" },
    TRACE,
  );
  expect(answer("deal")).toMatchObject({ ok: true, value: [{ Id: "006x" }] });
  expect(answer("tasks")).toMatchObject({
    ok: false,
    failure: { kind: "rejected", reason: expect.stringMatching(/INVALID_FIELD/) },
  });
  expect(answer("lost")).toMatchObject({ ok: false, failure: { kind: "malformed" } });
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({
    method: "POST",
    url: "https://acme.my.salesforce.com/services/data/v66.0/composite",
    body: {
      allOrNone: false,
      compositeRequest: [
        { method: "GET", referenceId: "deal", url: "/services/data/v66.0/query?q=SELECT+Id+FROM+A" },
        { referenceId: "tasks" },
        { referenceId: "lost" },
      ],
    },
  });
});

test.each([
  [403, "REQUEST_LIMIT_EXCEEDED", { kind: "unavailable", retryAfterSeconds: 300 }],
  [403, "INSUFFICIENT_ACCESS_OR_READONLY", { kind: "credentials" }],
  [400, "UNABLE_TO_LOCK_ROW", { kind: "unavailable", effectUnknown: false }],
  [400, "ENTITY_IS_DELETED", { kind: "not_found" }],
  [404, "NOT_FOUND", { kind: "not_found" }],
  [400, "REQUIRED_FIELD_MISSING", { kind: "rejected" }],
  [500, "UNKNOWN_EXCEPTION", { kind: "unavailable", effectUnknown: true }],
])("%d %s is what its code says, alone", async (status, errorCode, failure) => {
  const { salesforce } = clientThatGets({ status, body: [{ message: "m", errorCode, fields: [] }] });
  const call = { method: "PATCH", path: "/sobjects/Task/00Tx", body: { Status: "Completed" } } as const;
  expect(await salesforce.request(call, TRACE)).toMatchObject({ ok: false, failure });
});

test.each([
  [401, "INVALID_SESSION_ID", "credentials"],
  [403, "REQUEST_LIMIT_EXCEEDED", "unavailable"],
  [404, "NOT_FOUND", "not_found"],
  [503, "SERVER_UNAVAILABLE", "unavailable"],
  [400, "MALFORMED_QUERY", "rejected"],
])("as is %d %s of a part", async (httpStatusCode, errorCode, kind) => {
  const part = { referenceId: "deal", httpStatusCode, body: [{ message: "m", errorCode }] };
  const { salesforce } = clientThatGets({ body: { compositeResponse: [part] } });
  const answer = await salesforce.queryTogether({ deal: "SELECT Id FROM A" }, TRACE);
  expect(answer("deal")).toMatchObject({ ok: false, failure: { kind } });
});

test("a 200 of the wrong shape is malformed and says where", async () => {
  const { salesforce } = clientThatGets({ body: { hello: 1 } });
  const answer = await salesforce.query("SELECT Id FROM Task", TRACE);
  expect(answer).toMatchObject({
    ok: false,
    failure: { kind: "malformed", reason: expect.stringContaining("/records") },
  });
});

test("a record's page is known once a session is", async () => {
  const { salesforce } = clientThatGets({ body: rows() });
  expect(salesforce.pageOf("Opportunity", "006x")).toBeNull();
  await salesforce.query("SELECT Id FROM Task", TRACE);
  expect(salesforce.pageOf("Opportunity", "006x")).toBe(
    "https://acme.my.salesforce.com/lightning/r/Opportunity/006x/view",
  );
});

test("a text is quoted so that it can't end the literal", () => {
  expect(soqlText("o'brien\\")).toBe("'o\\'brien\\\\'");
  expect(soqlText("a\nb")).toBe("'a b'");
});
