// A backtest over HTTP: a line for each event, and every way in which it does not begin or does not end.
import { expect, test } from "vitest";
import { BacktestEvent, type BacktestSummary } from "#rules/backtest-report.ts";
import { SHIPPED } from "#rules/default.fixture.ts";
import { enriched } from "#rules/enriched.fixture.ts";
import { BEN, browser, ORIGIN, VERA } from "#web/sample-site.ts";
import type { RulesDeps } from "../deps.ts";
import { sampleRulesSite } from "../sample-rules-site.ts";

const PAST = Array.from({ length: 30 }, (_, index) =>
  enriched({ subject: `hubspot:${index}`, deal: { last_activity_days_ago: index + 1 } }),
);
const PATIENT = SHIPPED.document.replace("idle_days: 10", "idle_days: 20");

async function run(body: unknown, changes: Partial<RulesDeps> = {}, headers: Record<string, string> = {}) {
  const { site, logged } = sampleRulesSite([...PAST, null], changes);
  const response = await site.request(`${ORIGIN}/api/rules/backtest`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const lines = (await response.text()).trim().split("\n");
  return { status: response.status, type: response.headers.get("content-type"), lines, logged };
}

function summaryOf(lines: readonly string[]): BacktestSummary {
  const last = BacktestEvent.parse(JSON.parse(lines.at(-1) ?? ""));
  if (last.kind !== "summary") throw new Error(`the last event is ${last.kind}`);
  return last.summary;
}

test("a candidate is told apart from the version in force, line by line, the summary last", async () => {
  const { status, type, lines } = await run({ document: PATIENT, days: 7 });
  expect([status, type]).toEqual([200, "application/x-ndjson; charset=utf-8"]);
  expect(JSON.parse(lines[0] ?? "")).toEqual({ kind: "progress", evaluated: 31, total: 31 });
  expect(summaryOf(lines)).toMatchObject({
    active: SHIPPED.version,
    candidate: "candidate",
    signals: 30,
    unreadable: 1,
    totals: { added: 0, removed: 10 },
  });
});

test.for([{}, { document: null, days: 30 }, { version: SHIPPED.version }])(
  "%j tries the version in force alone",
  async (body) => {
    const summary = summaryOf((await run(body)).lines);
    expect(summary).toMatchObject({ active: null, candidate: SHIPPED.version });
    expect(summary.totals.added).toBeGreaterThan(0);
  },
);

test("a candidate with mistakes is not tried, and each has its place", async () => {
  const { status, lines } = await run({ document: SHIPPED.document.replace("deal.is_open", "deal.is_opne") });
  expect(status).toBe(422);
  const { problems } = JSON.parse(lines.join(""));
  expect(problems[0]).toMatchObject({ line: expect.any(Number), message: expect.stringContaining("is_opne") });
});

test("a version in force that can't be read any more does not keep its replacement from being tried", async () => {
  const { versions } = sampleRulesSite();
  const changes = { versions: { ...versions, inForce: async () => ({ version: "old", document: "rules: 1" }) } };
  expect(summaryOf((await run({ document: PATIENT }, changes)).lines)).toMatchObject({ active: null, signals: 30 });
});

test("what fails on the way is the last line, without what caused it", async () => {
  async function* signals() {
    yield* PAST.slice(0, 3);
    throw new Error("D1_ERROR: secret table");
  }
  const { status, lines, logged } = await run({}, { past: { count: async () => 30, signals } });
  expect(status).toBe(200);
  expect(JSON.parse(lines.at(-1) ?? "")).toEqual({ kind: "failed", reason: expect.not.stringContaining("secret") });
  expect(logged).toEqual(["backtest_failed"]);
});

test.for([
  [{ days: 0 }, 422],
  [{ days: 91 }, 422],
  [{ document: PATIENT, version: SHIPPED.version }, 422],
  [{ candidate: PATIENT }, 422],
  [{ version: "nope" }, 404],
] as const)("%j is a %i", async ([body, status]) => {
  expect((await run(body)).status).toBe(status);
});

test("without a usable APPROVAL_TTL_SECONDS it says which variable is wrong", async () => {
  const { status, lines } = await run({}, { approvalTtlSeconds: "soon" });
  expect([status, lines.join("")]).toEqual([503, expect.stringContaining("APPROVAL_TTL_SECONDS")]);
});

test("D1 that does not answer at first is a 503", async () => {
  const count = () => Promise.reject(new Error("D1_ERROR: overloaded"));
  const { status } = await run({}, { past: { count, signals: async function* () {} } });
  expect(status).toBe(503);
});

test("a viewer may ask, because it changes nothing, and a rep may not, because its examples are everybody's deals", async () => {
  const asked = async (email: string) => {
    const { cookie = "" } = await browser(email);
    return (await run({}, {}, { cookie, "sec-fetch-site": "same-origin" })).status;
  };
  expect([await asked(VERA), await asked(BEN)]).toEqual([200, 403]);
});
