// The Microsoft Graph stand-in, as a client sees it.
import { beforeEach, describe, expect, it } from "vitest";
import { type FakeDeps, fakeDeps, readJson } from "../fake-deps.ts";
import { microsoft } from "./msgraph/login.ts";
import { msgraphSystem } from "./msgraph.ts";

const ANA = "ana.duarte@northwind.example";
const KEY = "String {9a7b3f52-21c4-4e0e-9d1a-6a6f0b7e5c11} Name dealwire_action_id";
const FORM = {
  grant_type: "client_credentials",
  client_id: "client",
  client_secret: "client-secret",
  scope: "https://graph.microsoft.com/.default",
};

let deps: FakeDeps;
let token: string;
const login = (form: Record<string, string> = FORM, tenant = "tenant") =>
  microsoft(deps).request(`/${tenant}/oauth2/v2.0/token`, { method: "POST", body: new URLSearchParams(form) });
beforeEach(async () => {
  deps = fakeDeps();
  token = (await readJson(await login())).access_token;
});

const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const app = msgraphSystem.mounts[0]?.app(deps);
  const response = await app?.request(`/v1.0/users/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = (await response?.text()) ?? "";
  return { status: response?.status, headers: response?.headers, body: text === "" ? null : JSON.parse(text) };
};
const MAIL = {
  subject: "Next step",
  body: { contentType: "text", content: "Hello" },
  toRecipients: [{ emailAddress: { address: "maton.reyes@querbus.example" } }],
};
const create = (more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  call("POST", `${ANA}/messages`, { ...MAIL, ...more }, headers);

describe("the token endpoint", () => {
  it.each([
    ["invalid_client", 401, { ...FORM, client_secret: "x" }, "tenant"],
    ["unauthorized_client", 400, { ...FORM, client_id: "x" }, "tenant"],
    ["unsupported_grant_type", 400, { ...FORM, grant_type: "password" }, "tenant"],
    ["invalid_scope", 400, { ...FORM, scope: "Mail.Send" }, "tenant"],
    ["invalid_request", 400, FORM, "elsewhere"],
  ])("answers %s with %i", async (error, status, form, tenant) => {
    const response = await login(form, tenant);
    expect(response.status).toBe(status);
    expect(await readJson(response)).toMatchObject({ error, error_codes: [expect.any(Number)] });
  });

  it("grants an hour", async () => {
    deps.advance(3_600_000);
    expect((await create()).body.error.code).toBe("InvalidAuthenticationToken");
    token = "";
    expect((await create()).status).toBe(401);
  });
});

describe("drafts", () => {
  it("are sent once: the ordinary id is gone afterwards, the immutable one is no draft any more", async () => {
    const ordinary = (await create()).body;
    expect(ordinary).toMatchObject({ isDraft: true, sentDateTime: null });
    expect((await call("POST", `${ANA}/messages/${ordinary.id}/send`)).status).toBe(202);
    const again = await call("POST", `${ANA}/messages/${ordinary.id}/send`);
    expect(again).toMatchObject({ status: 404, body: { error: { code: "ErrorItemNotFound" } } });

    const prefer = { prefer: 'IdType="ImmutableId"' };
    const { id } = (await create({}, prefer)).body;
    expect((await call("POST", `${ANA}/messages/${id}/send`)).body).toBeNull();
    expect((await call("GET", `${ANA}/messages/${id}`, undefined, prefer)).body).toMatchObject({ id, isDraft: false });
    expect((await call("POST", `${ANA}/messages/${id}/send`)).status).toBe(400);
    expect((await call("PATCH", `${ANA}/messages/${id}`, { subject: "x" })).status).toBe(400);
  });

  it("can be changed and deleted until then", async () => {
    const { id } = (await create()).body;
    expect((await call("PATCH", `${ANA}/messages/${id}`, { subject: "Other" })).body).toMatchObject({
      subject: "Other",
      body: { content: "Hello" },
    });
    expect((await call("DELETE", `${ANA}/messages/${id}`)).status).toBe(204);
    expect((await call("DELETE", `${ANA}/messages/${id}`)).status).toBe(404);
  });

  it("are found by their extended property, which is shown only when expanded", async () => {
    const property = { id: KEY, value: "act_'1'" };
    await create({ singleValueExtendedProperties: [property] });
    await create();
    const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${KEY}' and ep/value eq 'act_''1''') and isDraft eq true`;
    const list = (query: Record<string, string>) => call("GET", `${ANA}/messages?${new URLSearchParams(query)}`);
    const plain = (await list({ $filter: filter })).body.value;
    expect(plain).toHaveLength(1);
    expect(plain[0]).not.toHaveProperty("singleValueExtendedProperties");
    const expanded = await list({ $filter: filter, $expand: "singleValueExtendedProperties", $select: "id" });
    expect(Object.keys(expanded.body.value[0]).sort()).toEqual(["id", "singleValueExtendedProperties"]);
    expect((await list({ $filter: "contains(subject,'x')" })).body.error.code).toBe("ErrorInvalidUrlQueryFilter");
    expect((await list({ $top: "1" })).body["@odata.nextLink"]).toContain("skip=1");
  });

  it("answer a mail in its conversation", async () => {
    const mail = (await create()).body;
    await call("POST", `${ANA}/messages/${mail.id}/send`);
    const [sent] = (await call("GET", `${ANA}/mailFolders/sentitems/messages`)).body.value;
    const reply = await call("POST", `${ANA}/messages/${sent.id}/createReply`, { comment: "One more thing" });
    expect(reply).toMatchObject({
      status: 201,
      body: { subject: "RE: Next step", conversationId: sent.conversationId, toRecipients: MAIL.toRecipients },
    });
    const both = { comment: "x", message: {} };
    expect((await call("POST", `${ANA}/messages/${sent.id}/createReply`, both)).status).toBe(400);
  });

  it.each([
    ["RequestBodyRead", { recipients: [] }],
    ["RequestBodyRead", { toRecipients: ["a@b.example"] }],
    ["InvalidInternetMessageHeader", { internetMessageHeaders: [{ name: "List-Id", value: "1" }] }],
    [
      "InvalidInternetMessageHeaderCollection",
      { internetMessageHeaders: Array.from({ length: 6 }, (_, n) => ({ name: `x-${n}`, value: "1" })) },
    ],
    ["ErrorInvalidExtendedProperty", { singleValueExtendedProperties: [{ id: "action", value: "1" }] }],
  ])("are refused with %s for %j", async (code, more) => {
    expect(await create(more)).toMatchObject({ status: 400, body: { error: { code } } });
  });

  it.each([[[]], [[{ emailAddress: { address: "nobody" } }]]])("are not sent to %j", async (toRecipients) => {
    const { id } = (await create({ toRecipients })).body;
    const sent = await call("POST", `${ANA}/messages/${id}/send`);
    expect(sent).toMatchObject({ status: 400, body: { error: { code: "ErrorInvalidRecipients" } } });
  });
});

it("refuses an unknown mailbox, and too many requests with Retry-After", async () => {
  expect((await call("POST", "nobody@northwind.example/messages", MAIL)).body.error.code).toBe("ErrorInvalidUser");
  deps.limiter.admit(`msgraph ${ANA}`, { max: 10_000, windowMs: 600_000, cost: 10_000 }, deps.clock());
  const refused = await create();
  expect([refused.status, refused.body.error.code]).toEqual([429, "ApplicationThrottled"]);
  expect(refused.headers?.get("retry-after")).toBe("600");
});
