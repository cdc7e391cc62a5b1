// The desk as a whole, as a browser or a program meets it: who gets in, what is refused, what every answer carries.
import { describe, expect, test } from "vitest";
import { ANA, actionId, browser, HASH, ORIGIN, snapshot } from "#web/sample-site.ts";
import { CONTENT_SECURITY_POLICY } from "#web/security-headers.ts";
import type { ReadModel } from "./read-model.ts";
import { sampleDesk } from "./sample-desk.ts";

const APPROVE = `/approvals/${actionId(1)}/approve`;

describe("who gets in", () => {
  test("a stranger's browser is led to the sign-in, and the API takes curl for the operator", async () => {
    const { desk } = sampleDesk();
    for (const path of ["/", "/approvals", "/nowhere"]) {
      const response = await desk.request(ORIGIN + path, { headers: { accept: "text/html" } });
      expect([response.status, response.headers.get("location")]).toEqual([303, "/sign-in"]);
    }
    expect((await desk.request(`${ORIGIN}/api/approvals`)).status).toBe(200);
  });

  test("signing in sets a session that works, signing out ends it", async () => {
    const { desk } = sampleDesk();
    const body = new URLSearchParams({ email: ANA });
    const signedIn = await desk.request(`${ORIGIN}/sign-in`, { method: "POST", body, headers: { origin: ORIGIN } });
    const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    const page = await desk.request(`${ORIGIN}/approvals`, { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(ANA);
    const out = await desk.request(`${ORIGIN}/sign-out`, { method: "POST", headers: { cookie, origin: ORIGIN } });
    expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
  });

  test("what is no address signs nobody in", async () => {
    const { desk } = sampleDesk();
    const body = new URLSearchParams({ typed: "not an address" });
    const response = await desk.request(`${ORIGIN}/sign-in`, { method: "POST", body, headers: { origin: ORIGIN } });
    expect([response.status, response.headers.get("set-cookie")]).toEqual([422, null]);
  });

  test("local mode answers nothing on another host, the sign-in page included", async () => {
    const { desk } = sampleDesk();
    for (const path of ["/sign-in", "/approvals", "/api/approvals"]) {
      const response = await desk.request(`https://desk.example${path}`, {
        headers: { "x-forwarded-host": "localhost" },
      });
      expect(response.status).toBe(403);
    }
  });

  test("with Access nobody can just sign in, and a missing setting is named", async () => {
    const settings = {
      AUTH_MODE: "access",
      SESSION_SECRET: "s",
      ACCESS_TEAM_DOMAIN: "",
      ACCESS_AUD: "",
      OPERATORS: "",
    };
    const { desk } = sampleDesk({}, { settings });
    expect((await desk.request(`${ORIGIN}/sign-in`, { method: "POST" })).status).toBe(503);
    const response = await desk.request(`${ORIGIN}/api/approvals`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining("ACCESS_TEAM_DOMAIN"),
      correlation_id: "f".repeat(32),
    });
  });
});

describe("other sites", () => {
  test("can't decide with a rep's session", async () => {
    const { desk, commands } = sampleDesk({ actions: [snapshot(1)] });
    const { cookie } = await browser(ANA);
    const body = new URLSearchParams({ content_hash: HASH });
    const attempts: Record<string, string>[] = [
      { "sec-fetch-site": "cross-site" },
      { origin: "https://evil.example" },
      {},
    ];
    for (const headers of attempts) {
      const response = await desk.request(ORIGIN + APPROVE, {
        method: "POST",
        body,
        headers: { cookie: cookie ?? "", ...headers },
      });
      expect(response.status).toBe(403);
    }
    expect(commands).toEqual([]);
  });

  test("can't reach the API with a form, because it takes JSON only", async () => {
    const { desk, commands } = sampleDesk({ actions: [snapshot(1)] });
    const body = JSON.stringify({ content_hash: HASH });
    const response = await desk.request(`${ORIGIN}/api${APPROVE}`, {
      method: "POST",
      body,
      headers: { "content-type": "text/plain" },
    });
    expect([response.status, commands]).toEqual([415, []]);
  });
});

describe("every answer", () => {
  test.each(["/approvals", "/api/approvals", "/nowhere", "/api/nowhere", "/sign-in", "/healthz"])(
    "%s carries the security headers and is not stored",
    async (path) => {
      const { headers } = await sampleDesk().desk.request(ORIGIN + path, { headers: await browser() });
      expect(headers.get("content-security-policy")).toBe(CONTENT_SECURITY_POLICY);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
    },
  );

  test("assets are kept for a year under a name that changes with them", async () => {
    const { desk } = sampleDesk();
    const page = await (await desk.request(`${ORIGIN}/sign-in`)).text();
    const [style = ""] = page.match(/\/assets\/desk\.[0-9a-f]{12}\.css/) ?? [];
    const response = await desk.request(ORIGIN + style);
    expect(response.headers.get("cache-control")).toContain("immutable");
    expect(await response.text()).toBe("body{}");
    expect((await desk.request(`${ORIGIN}/assets/desk.000000000000.css`)).status).toBe(404);
  });

  test("no page has an inline script or style", async () => {
    const { desk } = sampleDesk({ actions: [snapshot(1)] });
    for (const path of ["/approvals", `/approvals/${actionId(1)}/edit`]) {
      const page = await (await desk.request(ORIGIN + path, { headers: await browser() })).text();
      expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=/);
    }
  });
});

describe("failures", () => {
  const broken = (message: string) => sampleDesk({}, { readModel: failingReadModel(message) });

  test("a database that does not answer is a 503 with the id that is in the log", async () => {
    const { desk, logged } = broken("D1_ERROR: D1 DB is overloaded. Requests queued for too long.");
    const response = await desk.request(`${ORIGIN}/api/approvals`);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(logged).toEqual(["request_failed"]);
  });

  test("a bug is a page with the id to quote, and shows nothing of itself", async () => {
    const { desk } = broken("secret detail");
    const response = await desk.request(`${ORIGIN}/approvals`, { headers: await browser() });
    const page = await response.text();
    expect(response.status).toBe(500);
    expect(page).toContain("f".repeat(32));
    expect(page).not.toContain("secret detail");
  });

  test("an unknown address is a page to people and a problem to programs", async () => {
    const { desk } = sampleDesk();
    const page = await desk.request(`${ORIGIN}/nowhere`, { headers: await browser() });
    expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=UTF-8"]);
    const problem = await desk.request(`${ORIGIN}/api/nowhere`);
    expect([problem.status, problem.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  });

  test("a body that is too large is not read", async () => {
    const { desk } = sampleDesk({ actions: [snapshot(1)] });
    const body = JSON.stringify({ reason: "x".repeat(300_000) });
    const headers = { "content-type": "application/json", "content-length": String(body.length) };
    const response = await desk.request(`${ORIGIN}/api/approvals/${actionId(1)}/reject`, {
      method: "POST",
      body,
      headers,
    });
    expect(response.status).toBe(413);
  });
});

/** Every read fails as D1 fails, or as a bug does. */
function failingReadModel(message: string): ReadModel {
  const fail = () => Promise.reject(new Error(message));
  return {
    pending: fail,
    recent: fail,
    action: fail,
  };
}
