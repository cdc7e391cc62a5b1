import { describe, expect, test } from "vitest";
import * as z from "zod";
import { signSession } from "#web/auth/session.ts";
import { ANA, actionId, BEN, browser, HASH, NOON, ORIGIN, snapshot } from "#web/sample-site.ts";
import { linkPath } from "../links.ts";
import { sampleDesk } from "../sample-desk.ts";

const SECRET = "a secret for tests";
const CLAIMS = { sub: ANA, verb: "approve", action_id: actionId(1), content_hash: HASH } as const;
const link = (claims: Partial<Parameters<typeof linkPath>[0]> = {}, secret = SECRET, at = NOON) =>
  linkPath({ ...CLAIMS, ...claims }, secret, at, 3_600);
const Made = z.object({ url: z.string(), expires_at: z.string() });
const SAME = { "sec-fetch-site": "same-origin" };

function desk() {
  return sampleDesk({ actions: [snapshot(1)] });
}

describe("a link", () => {
  test("shows what it would do and does nothing, however often it is opened", async () => {
    const { desk: site, commands } = desk();
    const path = await link();
    for (const method of ["GET", "HEAD", "GET"]) {
      expect((await site.request(ORIGIN + path, { method })).status).toBe(200);
    }
    const page = await (await site.request(ORIGIN + path)).text();
    expect(page).toContain(`You decide as ${ANA}`);
    expect(commands).toEqual([]);
  });

  test("decides as the person it was made for, and says that it was by a link", async () => {
    const { desk: site, commands } = desk();
    expect((await site.request(ORIGIN + (await link()), { method: "POST", headers: SAME })).status).toBe(200);
    expect(commands).toMatchObject([
      { actor: { id: ANA, via: "link" }, decision: { kind: "approve", content_hash: HASH } },
    ]);
  });

  test("is posted from our own page alone", async () => {
    const { desk: site, commands } = desk();
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }]) {
      expect((await site.request(ORIGIN + (await link()), { method: "POST", headers })).status).toBe(403);
    }
    expect(commands).toEqual([]);
  });

  test.each([
    ["forged", () => link({}, "another secret")],
    ["expired", () => link({}, SECRET, NOON - 3_601_000)],
    ["a session", async () => `/link/${await signSession(ANA, SECRET, NOON)}`],
    ["cut short", async () => (await link()).slice(0, -8)],
    ["of someone who is gone", () => link({ sub: "gone@northwind.example" })],
    ["of the local operator's address, by whoever knows how", () => link({ verb: "approve", sub: "" })],
  ])("that is %s decides nothing", async (_what, made) => {
    const { desk: site, commands } = desk();
    const path = await made();
    expect((await site.request(ORIGIN + path)).status).toBe(403);
    expect((await site.request(ORIGIN + path, { method: "POST", headers: SAME })).status).toBe(403);
    expect(commands).toEqual([]);
  });

  test("of a colleague does not decide on what is another's", async () => {
    const { desk: site, commands } = desk();
    const path = await link({ sub: BEN });
    expect((await site.request(ORIGIN + path, { method: "POST", headers: SAME })).status).toBe(403);
    expect(commands).toEqual([]);
  });

  test("to what was edited since offers no button", async () => {
    const page = await (await desk().desk.request(ORIGIN + (await link({ content_hash: "c".repeat(64) })))).text();
    expect(page).toContain("no longer what this link was made for");
    expect(page).not.toContain("You decide as");
  });

  test("is no session, and no session makes one for another", async () => {
    const { desk: site } = desk();
    const token = (await link()).slice("/link/".length);
    const asSession = { cookie: `dealwire=${token}` };
    expect((await site.request(`${ORIGIN}/approvals`, { headers: asSession })).status).toBe(303);
    const headers = { ...(await browser(BEN)), "content-type": "application/json" };
    const body = JSON.stringify({ verb: "approve", content_hash: HASH });
    const path = `${ORIGIN}/api/approvals/${actionId(1)}/link`;
    expect((await site.request(path, { method: "POST", headers, body })).status).toBe(403);
  });

  test("that the API made works", async () => {
    const { desk: site, commands } = desk();
    const headers = { ...(await browser(ANA)), "content-type": "application/json" };
    const body = JSON.stringify({ verb: "reject", content_hash: HASH });
    const made = await site.request(`${ORIGIN}/api/approvals/${actionId(1)}/link`, { method: "POST", headers, body });
    const { url, expires_at } = Made.parse(await made.json());
    expect(expires_at).toBe("2026-11-22T12:00:00.000Z");
    const answer = await site.request(url, {
      method: "POST",
      headers: SAME,
      body: new URLSearchParams({ reason: "Too soon" }),
    });
    expect([answer.status, commands[0]?.decision]).toEqual([200, { kind: "reject", reason: "Too soon" }]);
  });
});
