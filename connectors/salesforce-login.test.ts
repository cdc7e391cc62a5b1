// The login against the answers of Salesforce's token endpoint: what is signed, how long it is kept, who is told what.
import { importSPKI, jwtVerify } from "jose";
import { beforeAll, expect, test } from "vitest";
import type { ShareToken, Token } from "#runtime/upstream-token.ts";
import { createSessions, type SessionCache } from "./salesforce-login.ts";
import { testKeyPair } from "./test-key-file.ts";

const NOW = Date.parse("2026-11-21T08:00:00.000Z");
let keys: { privateKey: string; publicKey: string };
beforeAll(async () => {
  keys = await testKeyPair();
});

/** Sessions whose login server answers these in turn; a session is answered when none is left. */
function sessionsThatGet(cache: SessionCache, ...answers: { status: number; body: object }[]) {
  const sent: { url: string; body: URLSearchParams }[] = [];
  const clock = { now: NOW };
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    sent.push({ url: String(input), body: new URLSearchParams(String(init?.body)) });
    const session = { access_token: `00D!${sent.length}`, instance_url: "https://acme.my.salesforce.com/" };
    const { status, body } = answers[sent.length - 1] ?? { status: 200, body: session };
    return Response.json(body, { status });
  };
  const login = {
    loginUrl: "https://login.salesforce.com/",
    clientId: "3MVG9.x",
    username: "dealwire@us.com",
    privateKey: keys.privateKey,
  };
  const open = (privateKey = keys.privateKey, shared: { cache?: SessionCache; shareToken?: ShareToken } = {}) => {
    const ports = { fetch, now: () => clock.now, shareToken: shared.shareToken };
    return createSessions({ ...login, privateKey }, shared.cache ?? cache, ports);
  };
  return { open, sent, clock };
}

test("a login is a JWT of the app for the user, signed with the key and good for two minutes", async () => {
  const { open, sent } = sessionsThatGet(new Map());
  const session = await open()();
  expect(session).toMatchObject({
    ok: true,
    value: { accessToken: "00D!1", instanceUrl: "https://acme.my.salesforce.com" },
  });
  expect(sent[0]?.url).toBe("https://login.salesforce.com/services/oauth2/token");
  expect(sent[0]?.body.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
  const key = await importSPKI(keys.publicKey, "RS256");
  const { payload } = await jwtVerify(sent[0]?.body.get("assertion") ?? "", key, { currentDate: new Date(NOW) });
  expect(payload).toEqual({
    iss: "3MVG9.x",
    sub: "dealwire@us.com",
    aud: "https://login.salesforce.com",
    exp: NOW / 1000 + 120,
  });
});

test("a key with its line breaks written out is read", async () => {
  const { open } = sessionsThatGet(new Map());
  expect(await open(keys.privateKey.replaceAll("\n", "\\n"))()).toMatchObject({ ok: true });
});

test("one session serves everybody, and the next batch, for an hour", async () => {
  const cache: SessionCache = new Map();
  const { open, sent, clock } = sessionsThatGet(cache);
  const sessions = open();
  await Promise.all([sessions(), sessions(), sessions()]);
  await open()();
  expect(sent).toHaveLength(1);
  clock.now += 3_600_000;
  await open()();
  expect(sent).toHaveLength(2);
});

test("a refused session is replaced once, whoever notices", async () => {
  const { open, sent } = sessionsThatGet(new Map());
  const sessions = open();
  await sessions();
  const renewed = await Promise.all([sessions("00D!1"), sessions("00D!1")]);
  expect(renewed).toMatchObject([{ value: { accessToken: "00D!2" } }, { value: { accessToken: "00D!2" } }]);
  expect(await sessions("00D!1")).toMatchObject({ value: { accessToken: "00D!2" } });
  expect(sent).toHaveLength(2);
});

test("isolates share a session, and one that was refused is replaced once for all of them", async () => {
  const { open, sent } = sessionsThatGet(new Map());
  let shared: Token | null = null;
  const shareToken: ShareToken = async (_system, _account, refused, login) => {
    if (shared !== null && shared.token !== refused) {
      return { ok: true, value: shared, status: 200, headers: new Headers() };
    }
    const result = await login(null);
    if (result.ok) shared = result.value;
    return result;
  };
  const isolates = [new Map(), new Map(), new Map()].map((cache) => open(keys.privateKey, { cache, shareToken }));
  for (const sessions of isolates) {
    expect(await sessions()).toMatchObject({
      value: { accessToken: "00D!1", instanceUrl: "https://acme.my.salesforce.com" },
    });
  }
  expect(sent).toHaveLength(1);
  for (const sessions of isolates) expect(await sessions("00D!1")).toMatchObject({ value: { accessToken: "00D!2" } });
  expect(sent).toHaveLength(2);
});

test.each([
  [400, { error: "invalid_grant", error_description: "user hasn't approved this consumer" }, "credentials"],
  [503, {}, "unavailable"],
  [200, { access_token: "x" }, "malformed"],
])("a login answered with %d %o is %s, and the next one is tried anew", async (status, body, kind) => {
  const { open } = sessionsThatGet(new Map(), { status, body });
  const sessions = open();
  expect(await sessions()).toMatchObject({ ok: false, failure: { kind } });
  expect(await sessions()).toMatchObject({ ok: true });
});

test.each([
  "",
  "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----\nno\n-----END PRIVATE KEY-----",
])("a key that is none (%j) says how to convert it, calls nobody and is not quoted", async (privateKey) => {
  const { open, sent } = sessionsThatGet(new Map());
  const refused = await open(privateKey)();
  expect(refused).toMatchObject({
    ok: false,
    failure: { kind: "credentials", reason: expect.stringMatching(/pkcs8/) },
  });
  expect(JSON.stringify(refused)).not.toContain("MII");
  expect(sent).toEqual([]);
});
