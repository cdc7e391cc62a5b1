// The pages as a browser without scripts gets them: write, mend, compare, try, activate, roll back.
import { expect, test } from "vitest";
import { SHIPPED } from "#rules/default.fixture.ts";
import { enriched } from "#rules/enriched.fixture.ts";
import { BEN, browser, ORIGIN, VERA } from "#web/sample-site.ts";
import { sampleRulesSite } from "../sample-rules-site.ts";

const PATIENT = SHIPPED.document.replace("idle_days: 10", "idle_days: 20");
const PAST = Array.from({ length: 30 }, (_, index) =>
  enriched({ subject: `hubspot:${index}`, deal: { last_activity_days_ago: index + 1, name: "<b>Acme" } }),
);

async function visitor(email?: string) {
  const { site, tick } = sampleRulesSite(PAST);
  const headers = await browser(email);
  const answer = async (response: Response) => ({
    status: response.status,
    location: response.headers.get("location"),
    html: await response.text(),
  });
  return {
    get: async (path: string) => answer(await site.request(`${ORIGIN}${path}`, { headers })),
    post: async (path: string, fields: Record<string, string>, changed: Record<string, string> = {}) => {
      tick();
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      return answer(
        await site.request(`${ORIGIN}${path}`, { method: "POST", headers: { ...headers, ...changed }, body }),
      );
    },
  };
}

test("from the rules that ship to an activated version and back", async () => {
  const { get, post } = await visitor();
  expect((await get("/rules")).html).toContain("no other version was ever activated");
  expect((await get("/rules/edit")).html).toContain("idle_days: 10");

  const saved = await post("/rules/edit", { document: PATIENT.replaceAll("\n", "\r\n"), note: "Patience.", from: "x" });
  expect(saved.status).toBe(303);
  const [, version = ""] = /^\/rules\/([\w-]+)\?done=save$/.exec(saved.location ?? "") ?? [];
  const page = (await get(saved.location ?? "")).html;
  expect(page).toContain("It counts nothing until it is activated.");
  expect(page).toMatch(/<del>- {3}idle_days: 10<\/del><ins>\+ {3}idle_days: 20<\/ins>/);
  expect(page.match(/<del>/g)).toHaveLength(1);

  const activated = await post(`/rules/${version}/activate`, {});
  expect(activated).toMatchObject({ status: 303, location: `/rules/${version}?done=activate` });
  expect((await get(activated.location ?? "")).html).toContain("In force, everywhere within 30 seconds.");
  expect((await get("/rules")).html).toContain(`Roll back to ${SHIPPED.version}`);

  const back = await post("/rules/roll-back", { active: version });
  expect(back).toMatchObject({ status: 303, location: `/rules/${SHIPPED.version}?done=activate` });
  expect(await post("/rules/roll-back", { active: version })).toMatchObject({ status: 409 });
});

test("a mistake is shown with its line, and nothing that was typed is lost", async () => {
  const { get, post } = await visitor();
  const document = 'rules:\n  - id: a\n    for: "<It> is."\n    when: deal.is_opne\n';
  const { status, html } = await post("/rules/edit", { document, note: "Why & how", from: SHIPPED.version });
  expect(status).toBe(422);
  expect(html).toContain("Line 4, column 16");
  expect(html).toContain("is_opne");
  expect(html).toContain("&lt;It&gt; is.");
  expect(html).toContain("Why &amp; how");
  expect((await get("/rules")).html.match(/<tr>/g)).toHaveLength(2);
});

test("a backtest is one page: the form, the progress, the result, the end", async () => {
  const { post } = await visitor();
  const saved = await post("/rules/edit", { document: PATIENT, note: "Patience.", from: "x" });
  const version = (saved.location ?? "").replace("?done=save", "");
  const { status, html } = await post(`${version}/backtest`, { days: "7" });
  expect(status).toBe(200);
  expect(html).toContain("30 of 30 signals evaluated.");
  expect(html).toMatch(/<strong>0 added, 10 removed, 0 changed<\/strong>/);
  expect(html).toContain("idle-near-close");
  expect(html).toContain("&lt;b&gt;Acme");
  expect(html.trimEnd().endsWith("</html>")).toBe(true);
  expect(html).not.toContain("cut-->");
  expect((await post(`${version}/backtest`, { days: "100" })).status).toBe(422);
  expect((await post("/rules/nope/backtest", { days: "7" })).status).toBe(404);
});

test.each([
  ["a rep reads", BEN, false],
  ["a viewer reads and tries", VERA, true],
])("%s, and is offered nothing else", async (_who, email, tries) => {
  const { get, post } = await visitor(email);
  const { status, html } = await get(`/rules/${SHIPPED.version}`);
  expect(status).toBe(200);
  expect(html.includes("Run backtest")).toBe(tries);
  expect(html).not.toMatch(/Activate|Roll back|New version/);
  expect((await post(`/rules/${SHIPPED.version}/backtest`, { days: "7" })).status).toBe(tries ? 200 : 403);
  for (const path of ["/rules/edit", "/rules/roll-back", `/rules/${SHIPPED.version}/activate`])
    expect((await post(path, { document: PATIENT, note: "x" })).status, path).toBe(403);
  expect((await get("/rules/edit")).status).toBe(403);
});

test("the looks come from the site's own path, because the desk's are not the same", async () => {
  const { get } = await visitor();
  const [, path = ""] = /<link rel="stylesheet" href="([^"]+)"/.exec((await get("/rules")).html) ?? [];
  expect(path).toMatch(/^\/rules\/assets\//);
  expect(await get(path)).toMatchObject({ status: 200, html: "body{}" });
});

test("another site's form changes nothing", async () => {
  const { post } = await visitor();
  const answer = await post("/rules/roll-back", { active: SHIPPED.version }, { "sec-fetch-site": "cross-site" });
  expect(answer.status).toBe(403);
});

test.for(["/rules/nope", "/rules/edit?from=nope"])("%s is a 404 that leads on", async (path) => {
  const { get } = await visitor();
  expect(await get(path)).toMatchObject({ status: 404, html: expect.stringContaining("No such version") });
});
