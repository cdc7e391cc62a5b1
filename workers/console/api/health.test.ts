import { expect, test } from "vitest";
import { ORIGIN } from "#web/sample-site.ts";
import { createReadHealth } from "../health-store.ts";
import { sampleConsole } from "../sample-console.ts";

const readHealth = createReadHealth(async () => [{ name: "0000_first.sql" }, { name: "0001_intent.sql" }]);

test("an operator learns the clock, the migrations and the versions of the messages", async () => {
  const response = await sampleConsole({}, { readHealth }).site.request(`${ORIGIN}/api/health`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    at: expect.stringMatching(/^\d{4}-.*Z$/),
    migrations: ["0000_first.sql", "0001_intent.sql"],
    messages: { "signal.received": 1, "plan.decided": 2 },
  });
});
