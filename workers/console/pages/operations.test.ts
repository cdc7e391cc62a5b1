// The pages of operations without anything to show, and who may do what there.
import { expect, test } from "vitest";
import { ANA, browser, OLA, ORIGIN } from "#web/sample-site.ts";
import { sampleConsole } from "../sample-console.ts";

test.each([
  ["/dead-letters", 200, "Every event was processed."],
  ["/dead-letters/issues/iss_nope", 404, "There is no such issue."],
  ["/dead-letters/replays/nope", 404, "There is no such replay."],
  ["/metrics", 200, "The job of every minute has not run yet."],
  ["/metrics?window=month", 200, "Service level"],
  ["/metrics.txt", 200, "# EOF"],
])("%s answers %i", async (path, status, text) => {
  const response = await sampleConsole().site.request(`${ORIGIN}${path}`, { headers: await browser(ANA) });
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(text);
});

test.each([
  ["/erasures", "names=kim%40acme.test"],
  ["/metrics/mute", "alert=overdue&hours=8"],
  ["/dead-letters/letters/let_a/mend", "event=%7B%7D&note=x"],
  ["/dead-letters/letters/let_a/discard", "reason=x"],
])("the form %s is for operators", async (path, body) => {
  const request = async (email: string) =>
    sampleConsole().site.request(`${ORIGIN}${path}`, {
      method: "POST",
      headers: { ...(await browser(email)), "content-type": "application/x-www-form-urlencoded" },
      body,
    });
  expect((await request(ANA)).status).toBe(403);
  expect((await request(OLA)).status).not.toBe(403);
});

test.each([
  ["/api/dead-letters/replay", { filter: {} }],
  ["/api/dead-letters/discard", { filter: {}, reason: "old" }],
  ["/api/alerts/mute", { alert: "overdue", until: null }],
])("%s is for operators", async (path, body) => {
  const request = async (email: string) =>
    sampleConsole().site.request(`${ORIGIN}${path}`, {
      method: "POST",
      headers: { ...(await browser(email)), "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  expect((await request(ANA)).status).toBe(403);
  expect((await request(OLA)).status).not.toBe(403);
});

test("a form of a rep changes nothing", async () => {
  const response = await sampleConsole().site.request(`${ORIGIN}/dead-letters/issues/iss_a/replay`, {
    method: "POST",
    headers: { ...(await browser(ANA)), "content-type": "application/x-www-form-urlencoded" },
    body: "how=stage",
  });
  expect(response.status).toBe(403);
});
