import { expect, test } from "vitest";
import { causeOf, fingerprintOf } from "./fingerprint.ts";

const LETTER = { queue: "signals", stage: "enrich", code: "attempts_exhausted" };

test.each([
  ["ids", "HubSpot does not have hubspot:332507367156", "HubSpot does not have hubspot:42"],
  ["paths that are ids", "a bug of cloudevents:/notes/storm-6", "a bug of cloudevents:/billing/x"],
  ["numbers", "gave up after 5 attempts", "gave up after 4 attempts"],
  ["quoted values", 'Unexpected token "a" in JSON', 'Unexpected token "b" in JSON'],
  ["addresses", "no owner ana@acme.example", "no owner ben.okafor@other.example"],
  ["pages", "GET https://a.example/1 failed", "GET https://a.example/2?x=1 failed"],
])("%s are no part of the cause", async (_what, one, other) => {
  expect(await fingerprintOf({ ...LETTER, reason: one })).toBe(await fingerprintOf({ ...LETTER, reason: other }));
});

test("another reason, stage or code is another issue", async () => {
  const ids = await Promise.all([
    fingerprintOf({ ...LETTER, reason: "timeout" }),
    fingerprintOf({ ...LETTER, reason: "refused" }),
    fingerprintOf({ ...LETTER, reason: "timeout", stage: "decide" }),
    fingerprintOf({ ...LETTER, reason: "timeout", code: "malformed" }),
  ]);
  expect(new Set(ids).size).toBe(4);
});

test("one expired secret is one issue, whichever call met it", async () => {
  const credentials = (call: string, secret: string) =>
    fingerprintOf({
      ...LETTER,
      code: "credentials",
      reason: `${call}: 401 expired. Check ${secret.toUpperCase()} (docs/configuration.md#${secret}), then replay this.`,
    });
  const [read, write, other] = await Promise.all([
    credentials("GET /crm/objects/2026-09/deals/1", "hubspot_access_token"),
    credentials("POST /crm/objects/2026-09/tasks", "hubspot_access_token"),
    credentials("GET /crm/objects/2026-09/deals/1", "salesforce_private_key"),
  ]);
  expect(read).toBe(write);
  expect(read).not.toBe(other);
});

test("a cause says nothing of whom it was about", () => {
  expect(causeOf("no contact lea@querbus.example in hubspot:4711")).toBe("no contact <address> in <id>");
});
