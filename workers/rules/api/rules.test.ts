// The rules API as programs use it: read, save, activate, roll back; and who may.
import { expect, test } from "vitest";
import { SHIPPED } from "#rules/default.fixture.ts";
import { BEN, browser, ORIGIN } from "#web/sample-site.ts";
import { sampleRulesSite } from "../sample-rules-site.ts";

const RULES = 'rules:\n  - id: always\n    for: It is.\n    when: "true"\n';

function client(headers: Record<string, string> = {}) {
  const { site, logged } = sampleRulesSite();
  const ask = async (method: string, path = "", body?: unknown) => {
    const response = await site.request(`${ORIGIN}/api/rules${path}`, {
      method,
      headers: { ...(method === "GET" ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  return { ask, logged };
}

test("a document is saved, activated and rolled back, each in one step", async () => {
  const { ask, logged } = client();
  const saved = await ask("PUT", "", { document: RULES, note: "Always." });
  expect(saved).toMatchObject({ status: 201, body: { active: false } });
  const { version } = saved.body;
  expect((await ask("GET")).body.active).toEqual(SHIPPED);
  expect(await ask("GET", `/${version}`)).toEqual({ status: 200, body: { version, document: RULES } });

  expect(await ask("POST", `/${version}/activate`)).toEqual({ status: 200, body: { version, active: true } });
  expect((await ask("GET")).body).toMatchObject({
    active: { version, document: RULES },
    versions: [
      { version, note: "Always.", author: "operator@localhost", activated_by: "operator@localhost", active: true },
      { version: SHIPPED.version, active: false },
    ],
  });

  const back = await ask("POST", "/roll-back", { active: version });
  expect(back).toEqual({ status: 200, body: { version: SHIPPED.version, active: true } });
  expect(await ask("POST", "/roll-back", { active: version })).toMatchObject({
    status: 409,
    body: { type: "urn:dealwire:problem:changed-meanwhile" },
  });
  expect(logged).toEqual(["rules_saved", "rules_activated", "rules_rolled_back"]);
});

test("saving and activating can be one request", async () => {
  const { ask } = client();
  const { body } = await ask("PUT", "", { document: RULES, activate: true });
  expect(body.active).toBe(true);
  expect((await ask("GET")).body.active.version).toBe(body.version);
});

test("every mistake has its line, its column and its rule", async () => {
  const { ask } = client();
  const document = 'rules:\n  - id: a\n    for: It is.\n    when: "deal.is_opne"\n    whenn: x\n';
  const { status, body } = await ask("PUT", "", { document });
  expect([status, body.type]).toEqual([422, "urn:dealwire:problem:rules-not-valid"]);
  expect(body.problems).toContainEqual(expect.objectContaining({ line: 5, column: 5, path: "/rules/0/whenn" }));
  const mended = await ask("PUT", "", { document: document.replace(/ {4}whenn.*\n/, "") });
  expect(mended.body.problems).toMatchObject([{ line: 4, rule: "a", message: expect.stringContaining("is_opne") }]);
  expect((await ask("GET")).body.versions).toHaveLength(1);
});

test.for([
  ["PUT", "", "{", 400],
  ["PUT", "", { rules: [] }, 422],
  ["PUT", "", { document: RULES, note: "x".repeat(501) }, 422],
  ["POST", "/roll-back", "", 400],
  ["POST", "/roll-back", {}, 422],
  ["POST", "/nope/activate", {}, 404],
  ["GET", "/nope", undefined, 404],
] as const)("%s /api/rules%s with %j is a %i", async ([method, path, body, status]) => {
  expect((await client().ask(method, path, body)).status).toBe(status);
});

test("a rep reads and does not write", async () => {
  const { cookie = "" } = await browser(BEN);
  const { ask } = client({ cookie, "sec-fetch-site": "same-origin" });
  expect((await ask("GET")).status).toBe(200);
  for (const [method, path] of [
    ["PUT", ""],
    ["POST", `/${SHIPPED.version}/activate`],
    ["POST", "/roll-back"],
  ] as const)
    expect((await ask(method, path, { document: RULES })).status, path).toBe(403);
});

test("the JSON Schema is there for editors, without signing in", async () => {
  const response = await sampleRulesSite().site.request(`${ORIGIN}/rules/schema.json`);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(JSON.parse(await response.text())).toMatchObject({ title: "dealwire ruleset", type: "object" });
});
