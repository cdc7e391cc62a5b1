import { expect, test } from "vitest";
import { seenIn } from "./upstream-response.ts";

const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const seen = (status: number, headers: Record<string, string> = {}, body = "") =>
  seenIn(new Response(body, { status, headers }), "search", NOW);

test.each([500, 502, 503, 504, 408])("a %i is a call that was not answered", async (status) => {
  expect(await seen(status)).toMatchObject({ failed: 1, answered: 0, credentials: null });
});

test.each([400, 404, 409, 422, 423])("a %i is the answer of a system that works", async (status) => {
  expect(await seen(status)).toMatchObject({ failed: 0, answered: 1, credentials: null, pause: null });
});

test("a 401 and a 403 are about credentials and a 200 accepts them", async () => {
  expect(await seen(401)).toMatchObject({ answered: 1, credentials: "refused" });
  expect(await seen(403, {}, '{"category":"MISSING_SCOPES"}')).toMatchObject({ credentials: "refused" });
  expect(await seen(200)).toMatchObject({ credentials: "accepted" });
});

test("a 429 pauses its own limit for as long as it says, in either form, and ten seconds when it does not say", async () => {
  expect(await seen(429, { "retry-after": "30" })).toMatchObject({ pause: { key: "search", ms: 30_000 } });
  const date = { "retry-after": "Sat, 21 Nov 2026 08:00:07 GMT" };
  expect(await seen(429, date)).toMatchObject({ pause: { ms: 7_000 }, failed: 0 });
  expect(await seen(429)).toMatchObject({ pause: { ms: 10_000 } });
  expect(await seen(429, { "retry-after": "99999999" })).toMatchObject({ pause: { ms: 86_400_000 } });
});

test.each([
  '{"error":{"code":403,"errors":[{"reason":"userRateLimitExceeded"}]}}',
  '{"error":{"code":403,"errors":[{"reason":"quotaExceeded"}]}}',
  '[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]',
])("a 403 that means too fast pauses and refuses nothing: %s", async (body) => {
  expect(await seen(403, {}, body)).toMatchObject({ credentials: null, pause: { key: "search", ms: 10_000 } });
});

test("HubSpot's headers say its limit, and when the day is spent", async () => {
  const headers = {
    "X-HubSpot-RateLimit-Max": "100",
    "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
    "X-HubSpot-RateLimit-Daily-Remaining": "249999",
  };
  expect(await seen(200, headers)).toMatchObject({ limit: { max: 100, window_ms: 10_000 }, pause: null });
  const spent = await seen(200, { ...headers, "X-HubSpot-RateLimit-Daily-Remaining": "0" });
  expect(spent.pause).toEqual({ key: "all", ms: 300_000 });
});

test("Salesforce's header says the calls of a day", async () => {
  const info = (usage: string) => seen(200, { "Sforce-Limit-Info": usage });
  expect(await info("api-usage=18/5000")).toMatchObject({ limit: { max: 5_000, window_ms: 86_400_000 }, pause: null });
  expect(await info("api-usage=5000/5000")).toMatchObject({ pause: { key: "all", ms: 300_000 } });
});

test.each(["-1", "0", "1e9", "NaN", ""])("a limit of %j is not believed", async (max) => {
  const headers = { "X-HubSpot-RateLimit-Max": max, "X-HubSpot-RateLimit-Interval-Milliseconds": "10000" };
  expect((await seen(200, headers)).limit).toBeNull();
});
