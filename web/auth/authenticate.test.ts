import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { type AuthSettings, authenticate } from "./authenticate.ts";
import { LOCAL_OPERATOR } from "./identity.ts";
import { SESSION_SECONDS, sessionCookie, signSession } from "./session.ts";

const NOW = Date.parse("2026-11-21T12:00:00.000Z");
const TEAM = "https://northwind.cloudflareaccess.com";
const SECRET = "a secret for tests";
const ACCESS: AuthSettings = {
  AUTH_MODE: "access",
  ACCESS_TEAM_DOMAIN: "northwind.cloudflareaccess.com",
  ACCESS_AUD: "aud-1",
  SESSION_SECRET: "",
  OPERATORS: "dana@northwind.example",
};
const LOCAL: AuthSettings = { ...ACCESS, AUTH_MODE: "local", ACCESS_TEAM_DOMAIN: "", SESSION_SECRET: SECRET };

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let keySet: ReturnType<typeof createLocalJWKSet>;
const asked: string[] = [];
const ports = {
  keysOf: (issuer: string) => {
    asked.push(issuer);
    return keySet;
  },
  now: () => NOW,
  people: {
    identify: async (email: string) =>
      /^(ana|ben)@northwind/.test(email) ? { email, role: "rep" as const, team: [] } : null,
  },
};

beforeAll(async () => {
  keys = await generateKeyPair("RS256");
  keySet = createLocalJWKSet({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: "1", alg: "RS256" }] });
});

function token(claims: JWTPayload = {}, key = keys.privateKey, exp: number | null = NOW / 1_000 + 60): Promise<string> {
  const expiry = exp === null ? {} : { exp };
  const payload = { iss: TEAM, aud: ["aud-1"], email: "Ana@Northwind.example", ...expiry, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(key);
}

const access = (
  jwt: string | null,
  settings: Partial<AuthSettings> = {},
  url = "https://desk.northwind.example/approvals",
) =>
  authenticate(
    { url: new URL(url), headers: new Headers(jwt === null ? {} : { "cf-access-jwt-assertion": jwt }), cookies: {} },
    { ...ACCESS, ...settings },
    ports,
  );

describe("behind Access", () => {
  test("a valid token is the person in it, in lower case", async () => {
    const result = await access(await token());
    expect(result).toEqual({ ok: true, identity: { email: "ana@northwind.example", role: "rep", team: [] } });
    expect(asked.at(-1)).toBe(TEAM);
  });

  test("whoever OPERATORS names is an operator, whatever the case of the address", async () => {
    const result = await access(await token({ email: "Dana@northwind.example" }));
    expect(result).toEqual({ ok: true, identity: { email: "dana@northwind.example", role: "operator", team: [] } });
  });

  test("whom nobody has added is told whom to ask", async () => {
    const result = await access(await token({ email: "new@northwind.example" }));
    expect(result).toMatchObject({ code: "unknown_person", reason: expect.stringContaining("dana@northwind.example") });
  });

  test.each([
    ["of another issuer", { iss: "https://evil.cloudflareaccess.com" }],
    ["for another application", { aud: ["aud-2"] }],
    ["that has expired", { exp: NOW / 1_000 - 1 }],
    ["that is not valid yet", { nbf: NOW / 1_000 + 30 }],
    ["that names no person", { email: undefined, common_name: "a service" }],
    ["whose address is none", { email: "operator@localhost" }],
  ])("a token %s proves nothing", async (_name, claims) => {
    expect(await access(await token(claims))).toMatchObject({ ok: false, code: "unproven" });
  });

  test("a token signed by someone else, none at all, and rubbish prove nothing", async () => {
    const other = await generateKeyPair("RS256");
    for (const jwt of [await token({}, other.privateKey), null, "a.b.c", ""]) {
      expect(await access(jwt)).toMatchObject({ ok: false, code: "unproven" });
    }
  });

  test("a token without expiry or with a symmetric signature proves nothing", async () => {
    const symmetric = await new SignJWT({ iss: TEAM, aud: "aud-1", email: "a@b.example" })
      .setProtectedHeader({ alg: "HS256", kid: "1" })
      .setExpirationTime(NOW / 1_000 + 60)
      .sign(new TextEncoder().encode("guess"));
    expect(await access(symmetric)).toMatchObject({ ok: false, code: "unproven" });
    expect(await access(await token({}, keys.privateKey, null))).toMatchObject({ ok: false, code: "unproven" });
  });

  test("a missing setting lets nobody in and is named", async () => {
    const jwt = await token();
    for (const name of ["ACCESS_TEAM_DOMAIN", "ACCESS_AUD"] as const) {
      const result = await access(jwt, { [name]: " " });
      expect(result).toMatchObject({ ok: false, code: "not_configured", reason: expect.stringContaining(name) });
    }
  });

  test("keys that can't be fetched are nobody's fault", async () => {
    const down = { ...ports, keysOf: () => () => Promise.reject(new TypeError("fetch failed")) };
    const request = {
      url: new URL(TEAM),
      headers: new Headers({ "cf-access-jwt-assertion": await token() }),
      cookies: {},
    };
    expect(await authenticate(request, ACCESS, down)).toMatchObject({ ok: false, code: "keys_unavailable" });
  });

  test("localhost and a local session open nothing", async () => {
    expect(await access(null, {}, "http://localhost:8787/api/signals")).toMatchObject({ code: "unproven" });
  });
});

describe("in local mode", () => {
  const local = (url: string, cookies: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    authenticate({ url: new URL(url), headers: new Headers(headers), cookies }, LOCAL, ports);

  test.each(["http://localhost:8787", "http://127.0.0.1:8787", "http://[::1]:8787"])(
    "%s is this machine",
    async (origin) => {
      expect(await local(`${origin}/api/signals`)).toEqual({ ok: true, identity: LOCAL_OPERATOR });
    },
  );

  test.each([
    "https://desk.northwind.example",
    "http://localhost.evil.example",
    "http://192.168.1.20:8787",
    "http://evil.example?localhost",
  ])("%s is not, whatever its headers say", async (origin) => {
    const headers = { host: "localhost", "x-forwarded-host": "localhost", forwarded: "host=localhost" };
    expect(await local(origin, {}, headers)).toMatchObject({ ok: false, code: "not_local" });
  });

  test("a session is its person, until it ends", async () => {
    const dealwire = await signSession("ben@northwind.example", SECRET, NOW);
    const identity = { email: "ben@northwind.example", role: "rep", team: [] };
    expect(await local("http://localhost/approvals", { dealwire })).toEqual({ ok: true, identity });
    expect(await local("http://localhost/api/approvals", { dealwire })).toEqual({ ok: true, identity });
    const old = await signSession("ben@northwind.example", SECRET, NOW - SESSION_SECONDS * 1_000 - 1_000);
    expect(await local("http://localhost/approvals", { dealwire: old })).toMatchObject({ code: "signed_out" });
  });

  test("a forged session is refused, also by the API", async () => {
    const dealwire = await signSession("ben@northwind.example", "another secret", NOW);
    expect(await local("http://localhost/api/approvals", { dealwire })).toMatchObject({ code: "signed_out" });
  });

  test("pages without a session ask for the sign-in", async () => {
    expect(await local("http://localhost/approvals")).toMatchObject({ ok: false, code: "signed_out" });
  });

  test("the cookie is out of reach of scripts and other sites, and bound to the host on https", () => {
    expect(sessionCookie(new URL("http://localhost"), "t")).toBe(
      `dealwire=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=${SESSION_SECONDS}`,
    );
    expect(sessionCookie(new URL("https://localhost"), null)).toBe(
      "__Host-dealwire=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure",
    );
  });

  test("without SESSION_SECRET it lets nobody in and says so", async () => {
    const request = { url: new URL("http://localhost/api/signals"), headers: new Headers(), cookies: {} };
    const result = await authenticate(request, { ...LOCAL, SESSION_SECRET: "" }, ports);
    expect(result).toMatchObject({ code: "not_configured", reason: expect.stringContaining("SESSION_SECRET") });
  });
});

test.each(["", "none", "LOCAL", "off"])("AUTH_MODE %j lets nobody in", async (AUTH_MODE) => {
  const result = await access(await token(), { AUTH_MODE }, "http://localhost/");
  expect(result).toMatchObject({ ok: false, code: "not_configured", reason: expect.stringContaining("AUTH_MODE") });
});
