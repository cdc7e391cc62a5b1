import { describe, expect, test } from "vitest";
import type { Effect } from "#contract/action-state.ts";
import { conforms } from "./conformance.ts";
import { TEST_ACTION, TEST_ATTEMPT, TEST_SETTINGS } from "./test-settings.ts";
import { updateCrmHubspot } from "./update-crm-hubspot.ts";

/** One deal whose amount was 40000, and every value since. */
function hubspot() {
  const history = ["40000"];
  return {
    history,
    effects: () => history.length - 1,
    async answer(request: Request): Promise<Response> {
      const { pathname } = new URL(request.url);
      if (pathname !== "/crm/objects/2026-09/deals/332507367156") return refusal(404, "resource not found");
      if (request.method === "PATCH") {
        const { properties } = JSON.parse(await request.text());
        if (properties.amount !== history[0]) history.unshift(properties.amount);
      }
      return Response.json({ id: "332507367156", properties: { amount: history[0] } });
    },
  };
}

function refusal(status: number, message: string): Response {
  return Response.json({ status: "error", message, category: "VALIDATION_ERROR" }, { status });
}

const params = { record: "hubspot:332507367156", object: "deals", property: "amount", value: "48000" };
const action = { ...TEST_ACTION, facts: [], type: "update_crm" as const, target: "hubspot" as const, params };

conforms({
  adapter: updateCrmHubspot,
  action,
  settings: TEST_SETTINGS,
  secret: "HUBSPOT_ACCESS_TOKEN",
  upstream: hubspot,
  isEffect: ({ method }) => method === "PATCH",
  refusal: () => refusal(400, "no such place"),
  undo: { isUndo: ({ method }) => method === "PATCH" },
});

function over(crm: ReturnType<typeof hubspot>) {
  const fetchFake: typeof fetch = async (input, init) => crm.answer(new Request(input, init));
  const ports = { fetch: fetchFake, now: () => 0, settings: TEST_SETTINGS, accessTokens: new Map() };
  return {
    async perform(change: object = {}): Promise<Effect> {
      const outcome = await updateCrmHubspot.perform(
        { ...action, params: { ...params, ...change } },
        TEST_ATTEMPT,
        ports,
      );
      if (outcome.kind !== "executed") throw new Error(JSON.stringify(outcome));
      return outcome.effect;
    },
    refused: (change: object) =>
      updateCrmHubspot.perform({ ...action, params: { ...params, ...change } }, TEST_ATTEMPT, ports),
    takeBack: (effect: Effect) => updateCrmHubspot.compensate(action, effect, TEST_ATTEMPT, ports),
  };
}

describe("taking a field change back", () => {
  test("restores the value from before, once", async () => {
    const crm = hubspot();
    const { perform, takeBack } = over(crm);
    const effect = await perform();
    expect(effect.undo).toEqual({ value: "40000", written: "48000" });
    expect(await takeBack(effect)).toMatchObject({ kind: "compensated" });
    expect(await takeBack(effect)).toMatchObject({ kind: "compensated" });
    expect(crm.history).toEqual(["40000", "48000", "40000"]);
  });

  test("leaves alone what somebody changed since, and tells what to look at", async () => {
    const crm = hubspot();
    const { perform, takeBack } = over(crm);
    const effect = await perform();
    crm.history.unshift("52000");
    expect(await takeBack(effect)).toEqual({
      kind: "compensation_failed",
      reason: 'amount was changed to "52000" since, so it was left alone',
      remains: 'Look at amount of hubspot:332507367156; it was "40000" before.',
    });
    expect(crm.history[0]).toBe("52000");
  });
});

test("a field that has the value already is not written", async () => {
  const crm = hubspot();
  await over(crm).perform({ value: "40000.00" });
  expect(crm.effects()).toBe(0);
});

test.each([
  [{ record: "salesforce:006x" }, "is not a HubSpot record"],
  [{ object: "quotes" }, "expected one of deals, contacts, companies"],
])("%j is refused in words", async (change, words) => {
  expect(await over(hubspot()).refused(change)).toMatchObject({
    kind: "rejected",
    reason: expect.stringContaining(words),
  });
});
