// The pages of operations without anything to show, and who may do what there.
import { expect, test } from "vitest";
import { ALERT_KINDS } from "#contract/alerts.ts";
import { ANA, browser, OLA, ORIGIN } from "#web/sample-site.ts";
import { createMetricsStore } from "../metrics/metrics-store.ts";
import { sampleConsole } from "../sample-console.ts";

test.each([
  ["/dead-letters", 200, "Every event was processed."],
  ["/dead-letters/letters?queue=signals&from=2026-11-21", 200, "0 dead letters wait"],
  ["/dead-letters/letters?from=yesterday", 400, "Not understood: from"],
  ["/dead-letters/letters?quue=signals", 400, "Not understood"],
  ["/dead-letters/letters/preview?queue=signals&how=raw", 200, "Replay 0 dead letters?"],
  ["/dead-letters/letters/preview?quue=signals", 422, "not understood"],
  ["/dead-letters/issues/iss_nope", 404, "There is no such issue."],
  ["/dead-letters/replays/nope", 404, "There is no such replay."],
  ["/metrics", 200, "The job of every minute has not run yet."],
  ["/metrics?window=month", 200, "Service level"],
  ["/metrics.txt", 200, "# EOF"],
])("%s answers %i", async (path, status, text) => {
  const response = await sampleConsole().site.request(`${ORIGIN}${path}`, { headers: await browser(OLA) });
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(text);
});

test("every alert links a part of the metrics that is there, or a page of its own", async () => {
  const response = await sampleConsole().site.request(`${ORIGIN}/metrics`, { headers: await browser(ANA) });
  const html = await response.text();
  for (const { page } of Object.values(ALERT_KINDS)) {
    const [path, part] = page.split("#");
    if (path === "/metrics") expect(html).toContain(`id="${part}"`);
    else expect(["/dead-letters", "/signals", "/signals?fate=in_progress", "/approvals"]).toContain(page);
  }
});

test("a measurement that stands still is said to, above all figures", async () => {
  const jobs = [{ job: "minute", ran_at: "2026-01-01T00:00:00.000Z", outcome: "ok", measured: "null" }];
  const metrics = createMetricsStore(async (statement) => (statement.includes("FROM jobs") ? jobs : []));
  const { site } = sampleConsole({}, { metrics });
  const html = await (await site.request(`${ORIGIN}/metrics`, { headers: await browser(ANA) })).text();
  expect(html).toContain("Nothing was measured since");
});

test.each([
  ["/erasures", "names=kim%40acme.test"],
  ["/metrics/mute", "alert=overdue&hours=8"],
  ["/dead-letters/letters/let_a/mend", "event=%7B%7D&note=x"],
  ["/dead-letters/letters/let_a/discard", "reason=x"],
  ["/dead-letters/letters/replay?queue=signals", "how=stage"],
  ["/dead-letters/letters/discard?queue=signals", "reason=x"],
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
