// Every secret of every system expires at once. What was released then waits, whole and unharmed, under one cause for each
// secret; when the secrets work again one step lets all of it go, once each.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { UNLIMITED } from "../bench/count/counted-pipeline.ts";
import { EFFECT_CASES, effectsOf, nameOf, putSubjects } from "./support/effect-cases.ts";
import { Pipeline } from "./support/pipeline.ts";
import { putPlan } from "./support/plans.ts";

const pipeline = new Pipeline(UNLIMITED);
let expired = true;

/** The request as it would be with a secret that is no longer right. */
async function withExpiredSecret(request: Request): Promise<Request> {
  const url = new URL(request.url);
  if (url.searchParams.has("sig")) url.searchParams.set("sig", "expired");
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  for (const name of ["authorization", "x-api-key", "webhook-signature"]) {
    if (headers.has(name)) headers.set(name, "Bearer expired");
  }
  const isLogin = url.pathname.endsWith("/token");
  const body = request.method === "GET" ? undefined : isLogin ? "grant_type=expired" : await request.arrayBuffer();
  return new Request(url, { method: request.method, headers, ...(body === undefined ? {} : { body }) });
}

beforeAll(async () => {
  await pipeline.start();
  const through = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    return through(expired && request.url.includes("/sandbox/") ? await withExpiredSecret(request) : request);
  };
  await putSubjects(pipeline, 0);
});
afterAll(() => pipeline.stop());

const inState = async (state: string) =>
  (await pipeline.json<{ approvals: ActionSnapshot[] }>(`/api/approvals?state=${state}&limit=100`)).approvals;
const NONE = Object.fromEntries(EFFECT_CASES.map((each) => [nameOf(each), 0]));
const ONCE = Object.fromEntries(EFFECT_CASES.map((each) => [nameOf(each), 1]));

type Issue = { code: string; open: number; reason: string };
const issues = async () => (await pipeline.json<{ issues: Issue[] }>("/api/dead-letters/issues?state=open")).issues;

test("what was released waits for its secret, and one replay lets all of it go", async () => {
  for (const [n, { content }] of EFFECT_CASES.entries()) await putPlan(pipeline, `94${n}`, [content(0)]);
  const parked = await pipeline.until(
    "every action parked",
    async () => {
      const open = await issues();
      return open.reduce((sum, issue) => sum + issue.open, 0) === EFFECT_CASES.length && open;
    },
    60_000,
  );
  // A mail or an enrolment asks HubSpot first, so there it is HubSpot's secret that a person has to mend.
  const secrets = parked.map(({ code, reason }) => `${code} ${/configuration\.md#(\w+)/.exec(reason)?.[1]}`);
  expect(secrets.toSorted()).toEqual([
    "credentials alert_webhook_secret",
    "credentials hubspot_access_token",
    "credentials salesforce_private_key",
    "credentials slack_bot_token",
    "credentials teams_webhook_url",
  ]);
  const waiting = await pipeline.until("them in the read model", async () => {
    const released = await inState("released");
    return released.length === EFFECT_CASES.length && released.every(({ error }) => error !== null) && released;
  });
  for (const { error } of waiting) expect(error).toMatch(/Check [A-Z_]+ \(docs\/configuration\.md#\w+\)/);
  expect(await effectsOf(pipeline)).toEqual(NONE);

  expired = false;
  const answer = await pipeline.post("/api/dead-letters/replay", { filter: { code: "credentials" } });
  expect(answer.status).toBe(202);
  const isAllDone = async () => (await inState("executed")).length === EFFECT_CASES.length;
  await pipeline.until("every action executed", isAllDone, 60_000);
  expect(await effectsOf(pipeline)).toEqual(ONCE);
  expect(await issues()).toEqual([]);
}, 180_000);
