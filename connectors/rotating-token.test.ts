import { describe, expect, test } from "vitest";
import type { ShareToken } from "#runtime/upstream-token.ts";
import type { TokenCache } from "./access-token.ts";
import { type RotatingLogin, rotatingAccessToken } from "./rotating-token.ts";

const LOGIN: RotatingLogin = {
  system: "outreach",
  tokenUrl: "https://outreach.test/oauth/token",
  clientId: "client",
  clientSecret: "client-secret",
  refreshToken: "first",
};

/** A token endpoint: every refresh token opens once, unless it does not rotate them. */
function setUp({ rotates } = { rotates: true }) {
  let valid = "first";
  const used: string[] = [];
  const now = () => Date.parse("2026-11-21T08:00:00.000Z");
  const fetchFake: typeof fetch = async (input, init) => {
    const form = new URLSearchParams(await new Request(input, init).text());
    const sent = form.get("refresh_token") ?? "";
    used.push(sent);
    if (sent !== valid) return Response.json({ error: "invalid_grant" }, { status: 400 });
    const answer = { access_token: `access-${used.length}`, expires_in: 7_200 };
    if (!rotates) return Response.json(answer);
    valid = `refresh-${used.length}`;
    return Response.json({ ...answer, refresh_token: valid });
  };
  /** What the Upstream object keeps; `lost` is an object that can't be reached. */
  const object = { renewal: null as string | null, lost: false };
  const shareToken: ShareToken = async (_system, _account, _refused, login) => {
    const result = await login(object.lost ? undefined : object.renewal);
    if (result.ok) object.renewal = result.value.renewal ?? null;
    return result;
  };
  /** One isolate with a cache of its own. */
  const isolate = (login: RotatingLogin = LOGIN, cache: TokenCache = new Map()) =>
    rotatingAccessToken(login, cache, { fetch: fetchFake, now, shareToken });
  return { used, object, isolate, authorizeAnew: (token: string) => (valid = token) };
}

describe("an access token that uses up what it was bought with", () => {
  test("is bought with the configured token first, and with what the last login left from then on", async () => {
    const { isolate, used } = setUp();
    expect(await isolate()(false)).toMatchObject({ ok: true, value: "access-1" });
    expect(await isolate()(false)).toMatchObject({ ok: true, value: "access-2" });
    expect(await isolate()(false)).toMatchObject({ ok: true, value: "access-3" });
    expect(used).toEqual(["first", "refresh-1", "refresh-2"]);
  });

  test("leaves nothing readable where it is kept", async () => {
    const { isolate, object } = setUp();
    await isolate()(false);
    expect(object.renewal).not.toBeNull();
    expect(atob(object.renewal ?? "")).not.toContain("refresh-1");
  });

  test("begins again with a secret that a person put, without trying what was kept", async () => {
    const { isolate, used, authorizeAnew } = setUp();
    await isolate()(false);
    authorizeAnew("second");
    expect(await isolate({ ...LOGIN, refreshToken: "second" })(false)).toMatchObject({ ok: true });
    expect(used).toEqual(["first", "second"]);
  });

  test("tries the configured token when the kept one is refused", async () => {
    const { isolate, used, authorizeAnew } = setUp();
    await isolate()(false);
    authorizeAnew("first");
    expect(await isolate()(false)).toMatchObject({ ok: true });
    expect(used).toEqual(["first", "refresh-1", "first"]);
  });

  test("waits when nobody knows whether the configured token is used up", async () => {
    const { isolate, object, used } = setUp();
    object.lost = true;
    expect(await isolate()(false)).toMatchObject({ ok: false, failure: { kind: "unavailable", effectUnknown: false } });
    expect(used).toEqual([]);
  });

  test("is bought with the same token again where the system gave no other", async () => {
    const { isolate, used } = setUp({ rotates: false });
    for (let login = 0; login < 2; login += 1) expect(await isolate()(false)).toMatchObject({ ok: true });
    expect(used).toEqual(["first", "first"]);
  });

  test("is a person's to mend when the system refuses the login", async () => {
    const { isolate, authorizeAnew } = setUp();
    authorizeAnew("elsewhere");
    const refused = await isolate()(false);
    expect(refused).toMatchObject({ ok: false, failure: { kind: "credentials" } });
    expect(refused).toMatchObject({ failure: { reason: expect.stringContaining("no login for outreach") } });
  });
});
