import { decodeJwt, decodeProtectedHeader } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import type { ShareToken } from "#runtime/upstream-token.ts";
import type { TokenCache } from "./access-token.ts";
import { googleAccessToken, readServiceAccount, type ServiceAccount } from "./google-token.ts";
import { type KeyFile, testKeyFile } from "./test-key-file.ts";

const TOKEN_URI = "https://oauth2.test/token";
let keyFile: KeyFile;
let account: ServiceAccount;

beforeAll(async () => {
  keyFile = await testKeyFile(TOKEN_URI);
  const read = await readServiceAccount(JSON.stringify(keyFile));
  if (!read.ok) throw new Error(read.reason);
  account = read.account;
});

/** A token endpoint that counts its logins, and a clock. */
function setUp(answer: (logins: number) => Response = (logins) => granted(`token-${logins}`)) {
  const requests: URLSearchParams[] = [];
  const clock = { nowMs: Date.parse("2026-11-21T08:00:00.000Z") };
  const cache: TokenCache = new Map();
  const fetchFake: typeof fetch = async (input, init) => {
    requests.push(new URLSearchParams(await new Request(input, init).text()));
    return answer(requests.length);
  };
  const ports = { fetch: fetchFake, now: () => clock.nowMs };
  return { requests, clock, login: (mailbox: string) => googleAccessToken(account, mailbox, cache, ports) };
}

function granted(token: string): Response {
  return Response.json({ access_token: token, expires_in: 3_599, token_type: "Bearer" });
}

describe("an access token for a mailbox", () => {
  test("is asked for with a signed assertion in the rep's name, for an hour and no wider scope than needed", async () => {
    const { login, requests } = setUp();
    expect(await login("ana@northwind.example")(false)).toMatchObject({ ok: true, value: "token-1" });
    const assertion = requests[0]?.get("assertion") ?? "";
    expect(requests[0]?.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    expect(decodeProtectedHeader(assertion).alg).toBe("RS256");
    expect(decodeJwt(assertion)).toEqual({
      iss: "dealwire@project.iam.gserviceaccount.com",
      sub: "ana@northwind.example",
      aud: TOKEN_URI,
      scope: "https://www.googleapis.com/auth/gmail.compose https://www.googleapis.com/auth/gmail.readonly",
      iat: Date.parse("2026-11-21T08:00:00.000Z") / 1000,
      exp: Date.parse("2026-11-21T09:00:00.000Z") / 1000,
    });
  });

  test("is kept until shortly before it expires, and for its own mailbox only", async () => {
    const { login, clock } = setUp();
    expect(await login("ana@northwind.example")(false)).toMatchObject({ value: "token-1" });
    expect(await login("ana@northwind.example")(false)).toMatchObject({ value: "token-1" });
    expect(await login("bo@northwind.example")(false)).toMatchObject({ value: "token-2" });
    clock.nowMs += 3_560_000;
    expect(await login("ana@northwind.example")(false)).toMatchObject({ value: "token-3" });
  });

  test("is asked for anew when the kept one was refused", async () => {
    const { login } = setUp();
    await login("ana@northwind.example")(false);
    expect(await login("ana@northwind.example")(true)).toMatchObject({ value: "token-2" });
  });

  test.each([
    [400, { error: "invalid_grant", error_description: "Invalid email or User ID" }],
    [401, { error: "unauthorized_client", error_description: "Client is unauthorized" }],
  ])("a refused login (%i) is for a person to mend and names the mailbox", async (status, body) => {
    const { login } = setUp(() => Response.json(body, { status }));
    const result = await login("ana@northwind.example")(false);
    expect(result).toMatchObject({ failure: { kind: "credentials", reason: expect.stringContaining(body.error) } });
    expect(result).toMatchObject({ failure: { reason: expect.stringContaining("ana@northwind.example") } });
  });

  test.each([503, 200])("an endpoint that does not work (%i) did nothing to the mailbox", async (status) => {
    const { login } = setUp(() => new Response("oops", { status }));
    const result = await login("ana@northwind.example")(false);
    expect(result).toMatchObject({ failure: { kind: "unavailable", effectUnknown: false } });
  });
});

describe("a shared token", () => {
  test("is used without a login, and the refused one is named when it is renewed", async () => {
    const asked: unknown[] = [];
    const refuse = () => Promise.reject(new Error("no login expected"));
    const shareToken: ShareToken = async (system, mailbox, refused) => {
      asked.push([system, mailbox, refused]);
      const value = { token: `shared-${asked.length}`, expiresAtMs: Number.MAX_SAFE_INTEGER };
      return { ok: true, value, status: 200, headers: new Headers() };
    };
    const ports = { fetch: refuse, now: () => 0, shareToken };
    const login = googleAccessToken(account, "ana@northwind.example", new Map(), ports);
    expect(await login(false)).toMatchObject({ value: "shared-1" });
    expect(await login(false)).toMatchObject({ value: "shared-1" });
    expect(await login(true)).toMatchObject({ value: "shared-2" });
    expect(asked).toEqual([
      ["gmail", "ana@northwind.example", null],
      ["gmail", "ana@northwind.example", "shared-1"],
    ]);
  });

  test("is asked for by a login of whoever's turn it is", async () => {
    const shareToken: ShareToken = (_system, _mailbox, _refused, login) => login(null);
    const ports = { fetch: async () => granted("fresh"), now: () => 1_000, shareToken };
    const login = googleAccessToken(account, "ana@northwind.example", new Map(), ports);
    expect(await login(false)).toMatchObject({ ok: true, value: "fresh" });
  });
});

describe("the key file of a service account", () => {
  test.each([
    ["not JSON", () => "{", "not JSON"],
    ["without a key", () => JSON.stringify({ ...keyFile, private_key: undefined }), "private_key"],
    ["with a key that is none", () => JSON.stringify({ ...keyFile, private_key: "hunter2" }), "PKCS #8"],
  ])("%s is refused, and the secret is not quoted", async (_case, text, reason) => {
    const read = await readServiceAccount(text());
    expect(read).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
    expect(JSON.stringify(read)).not.toContain("hunter2");
  });
});
