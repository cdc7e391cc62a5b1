// The Gmail stand-in and Google's token endpoint, as a client sees them.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { importPKCS8, SignJWT } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { type FakeDeps, fakeDeps, readJson } from "../fake-deps.ts";
import { gmail } from "./gmail.ts";
import { google } from "./google.ts";

const LOCAL_ENV = parseEnv(readFileSync("sandbox/local.env", "utf8"));
const KEY_FILE = JSON.parse(LOCAL_ENV.GMAIL_SERVICE_ACCOUNT ?? "{}");
const ANA = "ana.duarte@northwind.example";
const COMPOSE = "https://www.googleapis.com/auth/gmail.compose";
const READONLY = "https://www.googleapis.com/auth/gmail.readonly";
const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";

let deps: FakeDeps;
beforeEach(() => {
  deps = fakeDeps(LOCAL_ENV.GMAIL_SERVICE_ACCOUNT);
});

const claims = (more: Record<string, unknown> = {}) => {
  const iat = Math.floor(deps.clock() / 1_000);
  const { client_email: iss, token_uri: aud } = KEY_FILE;
  return { iss, aud, sub: ANA, scope: `${COMPOSE} ${READONLY}`, iat, exp: iat + 3_600, ...more };
};
const sign = async (payload: Record<string, unknown>, pem: string = KEY_FILE.private_key) =>
  new SignJWT(payload).setProtectedHeader({ alg: "RS256", typ: "JWT" }).sign(await importPKCS8(pem, "RS256"));
const ask = async (form: Record<string, string>) => {
  const response = await google(deps).request("/", { method: "POST", body: new URLSearchParams(form).toString() });
  return { status: response.status, body: await readJson(response) };
};
const exchange = async (payload: Record<string, unknown>) =>
  ask({ grant_type: GRANT_TYPE, assertion: await sign(payload) });
const login = async (more: Record<string, unknown> = {}) => (await exchange(claims(more))).body.access_token;

const mime = (more: Record<string, string> = {}) =>
  `${Object.entries({ From: ANA, To: "Maton Reyes <maton.reyes@querbus.example>", Subject: "Next step", ...more })
    .map(([name, value]) => `${name}: ${value}`)
    .join("\r\n")}\r\n\r\nHello`;
const draftOf = (source: string, threadId?: string) => ({
  message: { raw: Buffer.from(source).toString("base64url"), ...(threadId === undefined ? {} : { threadId }) },
});
const send = async (token: string | null, method: string, path: string, body?: unknown, user = "me") => {
  const response = await gmail(deps).request(`/gmail/v1/users/${user}/${path}`, {
    method,
    ...(token === null ? {} : { headers: { authorization: `Bearer ${token}` } }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
};

describe("the token endpoint", () => {
  it("grants a bearer token for the mailbox", async () => {
    const { status, body } = await exchange(claims());
    expect(status).toBe(200);
    expect(body).toEqual({ access_token: expect.any(String), expires_in: 3_599, token_type: "Bearer" });
  });

  it.each([
    ["another account", { iss: "other@project.example" }, 400, "invalid_grant"],
    ["another audience", { aud: "https://oauth2.googleapis.com/token" }, 400, "invalid_grant"],
    ["an unknown mailbox", { sub: "nobody@northwind.example" }, 400, "invalid_grant"],
    ["no scope", { scope: "" }, 400, "invalid_scope"],
    ["a scope that is not delegated", { scope: "https://mail.google.com/" }, 401, "unauthorized_client"],
    ["a lifetime over an hour", { exp: Date.parse("2026-11-21T09:00:01Z") / 1_000 }, 400, "invalid_grant"],
    ["a time long gone", { iat: 1_700_000_000, exp: 1_700_003_600 }, 400, "invalid_grant"],
    ["no expiry", { exp: undefined }, 400, "invalid_grant"],
  ])("refuses %s", async (_, more, status, error) => {
    expect(await exchange(claims(more))).toMatchObject({
      status,
      body: { error, error_description: expect.any(String) },
    });
  });

  it("refuses another key, another algorithm, garbage and another grant type", async () => {
    const assertion = await sign(claims());
    const forged = `${assertion.slice(0, assertion.lastIndexOf(".") + 1)}${"A".repeat(342)}`;
    const signature = { error: "invalid_grant", error_description: "Invalid JWT Signature." };
    expect((await ask({ grant_type: GRANT_TYPE, assertion: forged })).body).toEqual(signature);
    const none = `${btoa('{"alg":"none"}').replaceAll("=", "")}.${assertion.split(".")[1]}.`;
    expect((await ask({ grant_type: GRANT_TYPE, assertion: none })).body).toEqual(signature);
    expect((await ask({ grant_type: GRANT_TYPE, assertion: "a.b.c" })).body.error).toBe("invalid_grant");
    expect((await ask({ grant_type: "password" })).body.error).toBe("unsupported_grant_type");
  });
});

describe("access", () => {
  it("needs a token that has not expired, for this mailbox, with the scope", async () => {
    const token = await login();
    expect(await send(null, "GET", "drafts")).toMatchObject({
      status: 401,
      body: { error: { status: "UNAUTHENTICATED" } },
    });
    expect((await send("other", "GET", "drafts")).status).toBe(401);
    expect((await send(token, "GET", "drafts", undefined, "ben.okafor@northwind.example")).status).toBe(403);
    expect((await send(token, "GET", "drafts", undefined, ANA)).status).toBe(200);
    const composeOnly = await login({ scope: COMPOSE });
    expect((await send(composeOnly, "GET", "drafts")).status).toBe(200);
    expect((await send(composeOnly, "GET", "messages")).body.error.errors[0].reason).toBe("insufficientPermissions");
    expect((await send(await login({ scope: READONLY }), "POST", "drafts", draftOf(mime()))).status).toBe(403);
    deps.advance(3_600_000);
    expect((await send(token, "GET", "drafts")).status).toBe(401);
  });

  it("of the service account itself, without a person, is refused", async () => {
    expect((await send(await login({ sub: undefined }), "GET", "drafts")).body.error.status).toBe(
      "FAILED_PRECONDITION",
    );
  });
});

describe("drafts", () => {
  it("are sent once: the second send finds nothing", async () => {
    const token = await login();
    const created = await send(token, "POST", "drafts", draftOf(mime({ "Message-ID": "<mine@x.example>" })));
    expect(created.body).toMatchObject({ id: expect.any(String), message: { labelIds: ["DRAFT"] } });
    const sent = await send(token, "POST", "drafts/send", { id: created.body.id });
    expect(sent).toMatchObject({ status: 200, body: { labelIds: ["SENT"], threadId: created.body.message.threadId } });
    const again = await send(token, "POST", "drafts/send", { id: created.body.id });
    expect(again).toMatchObject({ status: 404, body: { error: { message: "Requested entity was not found." } } });
    // Gmail replaces the Message-ID, so it is no way to recognise one's own mail.
    expect((await send(token, "GET", "messages?q=rfc822msgid:mine@x.example")).body).toEqual({ resultSizeEstimate: 0 });
    const own = `messages?q=rfc822msgid:CA${sent.body.id}@mail.gmail.com`;
    expect((await send(token, "GET", own)).body.messages).toHaveLength(1);
  });

  it("can be read, listed, replaced and deleted, each in its own mailbox only", async () => {
    const token = await login();
    const { body: draft } = await send(token, "POST", "drafts", draftOf(mime()));
    const replaced = await send(token, "PUT", `drafts/${draft.id}`, draftOf(mime({ Subject: "Other" })));
    expect(replaced.body.id).toBe(draft.id);
    expect(replaced.body.message.id).not.toBe(draft.message.id);
    const read = await send(token, "GET", `drafts/${draft.id}?format=metadata`);
    expect(read.body.message.payload.headers).toContainEqual({ name: "Subject", value: "Other" });
    const ben = await login({ sub: "ben.okafor@northwind.example" });
    expect((await send(ben, "GET", `drafts/${draft.id}`)).status).toBe(404);
    expect((await send(ben, "POST", "drafts/send", { id: draft.id })).status).toBe(404);
    expect((await send(token, "GET", "drafts")).body.drafts).toHaveLength(1);
    expect((await send(token, "DELETE", `drafts/${draft.id}`)).status).toBe(204);
    expect((await send(token, "GET", "drafts")).body).toEqual({ resultSizeEstimate: 0 });
  });

  it("continue a thread that exists", async () => {
    const token = await login();
    const threadId = "0000019a00000001";
    const received = { mailbox: ANA, label_ids: ["INBOX"], raw: mime(), internal_date: deps.clock() };
    deps.store.put("gmail", "messages", threadId, { id: threadId, thread_id: threadId, ...received });
    const { body } = await send(token, "POST", "drafts", draftOf(mime(), threadId));
    expect(body.message.threadId).toBe(threadId);
    const thread = await send(token, "GET", `threads/${threadId}?format=metadata`);
    expect(thread.body.messages).toHaveLength(2);
    expect((await send(token, "POST", "drafts", draftOf(mime(), "nothing"))).status).toBe(404);
  });

  it.each([
    ["no message", {}, "Missing draft message"],
    ["no raw", { message: {} }, "Missing draft message"],
    ["raw that is not base64", { message: { raw: "!!!" } }, "Base64 decoding failed"],
    ["a body that is no mail", draftOf("hello there"), "Message not RFC 2822"],
    ["an address that is none", draftOf(mime({ To: "human@f" })), "Invalid to header"],
    ["a line break smuggled into an address", draftOf(mime({ Cc: "a@b.example\r\nx" })), "Message not RFC 2822"],
  ])("are refused with %s", async (_, body, message) => {
    const answer = await send(await login(), "POST", "drafts", body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ status: "INVALID_ARGUMENT", message: expect.stringContaining(message) });
  });

  it("without a recipient are kept but not sent", async () => {
    const token = await login();
    const { body } = await send(token, "POST", "drafts", draftOf(`From: ${ANA}\r\nSubject: x\r\n\r\nHello`));
    const sent = await send(token, "POST", "drafts/send", { id: body.id });
    expect(sent.body.error.message).toBe("Recipient address required");
  });

  it("are found by recipient and time", async () => {
    const token = await login();
    await send(token, "POST", "drafts", draftOf(mime()));
    const seconds = deps.clock() / 1_000;
    const count = async (query: string) =>
      (await send(token, "GET", `drafts?q=${encodeURIComponent(query)}`)).body.resultSizeEstimate;
    expect(await count(`to:maton.reyes@querbus.example after:${seconds}`)).toBe(1);
    expect(await count(`after:${seconds + 1}`)).toBe(0);
    expect(await count("to:someone.else@querbus.example")).toBe(0);
  });
});
