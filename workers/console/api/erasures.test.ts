// An erasure is asked for by operators only, names whom in the request alone, and is refused when the queue does not take it.
import { expect, test } from "vitest";
import { ErasureRequested } from "#contract/erasure-requested.ts";
import { NOON, ORIGIN } from "#web/sample-site.ts";
import { sampleConsole } from "../sample-console.ts";

const post = (site: ReturnType<typeof sampleConsole>["site"], body: unknown) =>
  site.request(`${ORIGIN}/api/erasures`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("a wish to be forgotten is queued, and the answer says where its status is", async () => {
  const published: unknown[] = [];
  const { site } = sampleConsole(
    {},
    {
      publish: async (queue, envelopes) => {
        published.push(queue, ...envelopes.map(({ payload }) => ErasureRequested.parse(payload)));
      },
    },
  );
  const response = await post(site, { references: ["hubspot:42"], emails: ["kim@acme.test"] });
  expect(response.status).toBe(202);
  const answer: { erasure_id: string } = await response.json();
  expect(response.headers.get("location")).toBe(`/api/erasures/${answer.erasure_id}`);
  expect(published).toMatchObject([
    "erasures",
    { references: ["hubspot:42"], emails: ["kim@acme.test"], requested_at: new Date(NOON).toISOString() },
  ]);
});

test("one that names nobody, or that the queue does not take, is refused", async () => {
  const { site, logged } = sampleConsole();
  expect((await post(site, {})).status).toBe(422);
  expect((await post(site, { references: ["42"] })).status).toBe(422);
  expect((await post(site, { references: ["hubspot:42"] })).status).toBe(503);
  expect(logged).toContain("erasure_not_queued");
});

test("an erasure that is not known yet says so", async () => {
  const response = await sampleConsole().site.request(`${ORIGIN}/api/erasures/era_x`);
  expect(response.status).toBe(404);
});
