import { beforeAll, describe, expect, test } from "vitest";
import { conforms } from "./conformance.ts";
import { loginAnswer, SALESFORCE_SETTINGS, salesforceRefusal, withKey } from "./salesforce.fixture.ts";
import { TEST_ACTION, TEST_ATTEMPT } from "./test-settings.ts";
import { updateCrmSalesforce } from "./update-crm-salesforce.ts";

beforeAll(withKey);

const ID = "006Dd00000abcdeIAA";

/** One opportunity whose next step is empty. */
function salesforce() {
  const values: (string | null)[] = [null];
  return {
    values,
    effects: () => values.length - 1,
    async answer(request: Request): Promise<Response> {
      const login = loginAnswer(request);
      if (login !== null) return login;
      const { pathname, searchParams } = new URL(request.url);
      if (pathname !== `/services/data/v66.0/sobjects/Opportunity/${ID}`) {
        return salesforceRefusal(404, "The requested resource does not exist", "NOT_FOUND");
      }
      if (request.method === "PATCH") {
        const { NextStep } = JSON.parse(await request.text());
        if (NextStep !== values[0]) values.unshift(NextStep);
        return new Response(null, { status: 204 });
      }
      expect(searchParams.get("fields")).toBe("NextStep");
      return Response.json({ attributes: { type: "Opportunity" }, NextStep: values[0], Id: ID });
    },
  };
}

const params = { record: `salesforce:${ID}`, object: "Opportunity", property: "NextStep", value: "Call on Monday" };
const action = { ...TEST_ACTION, facts: [], type: "update_crm" as const, target: "salesforce" as const, params };

function over(crm: ReturnType<typeof salesforce>) {
  const fetchFake: typeof fetch = async (input, init) => crm.answer(new Request(input, init));
  return { fetch: fetchFake, now: () => 0, settings: SALESFORCE_SETTINGS, accessTokens: new Map() };
}

conforms({
  adapter: updateCrmSalesforce,
  action,
  settings: SALESFORCE_SETTINGS,
  secret: "SALESFORCE_PRIVATE_KEY",
  upstream: salesforce,
  isEffect: ({ method }) => method === "PATCH",
  refusal: () => salesforceRefusal(400, "no such place"),
  undo: { isUndo: ({ method }) => method === "PATCH" },
});

test("an empty field is empty again after it is taken back", async () => {
  const crm = salesforce();
  const outcome = await updateCrmSalesforce.perform(action, TEST_ATTEMPT, over(crm));
  if (outcome.kind !== "executed") throw new Error(JSON.stringify(outcome));
  expect(outcome.effect).toMatchObject({
    url: "https://org.test/lightning/r/Opportunity/006Dd00000abcdeIAA/view",
    undo: { value: null },
  });
  const takenBack = await updateCrmSalesforce.compensate(action, outcome.effect, TEST_ATTEMPT, over(crm));
  expect(takenBack).toMatchObject({ kind: "compensated" });
  expect(crm.values).toEqual([null, "Call on Monday", null]);
});

describe("an attempt after one of unknown end", () => {
  const inDoubt = { ...TEST_ATTEMPT, maybeDone: true, kept: { value: "Send the offer" } };

  test("takes back to what the first one kept", async () => {
    const crm = salesforce();
    crm.values.unshift("Call on Monday");
    const outcome = await updateCrmSalesforce.perform(action, inDoubt, over(crm));
    expect(outcome).toMatchObject({ kind: "executed", effect: { undo: { value: "Send the offer" } } });
    expect(crm.effects()).toBe(1);
  });

  test("leaves alone what somebody wrote meanwhile, and a person is told all three values", async () => {
    const crm = salesforce();
    crm.values.unshift("They cancelled");
    const outcome = await updateCrmSalesforce.perform(action, inDoubt, over(crm));
    expect(outcome).toMatchObject({ kind: "unknown", reason: expect.stringContaining('it is "They cancelled" now') });
    expect(crm.values[0]).toBe("They cancelled");
  });

  test("writes when the first one did not come so far", async () => {
    const crm = salesforce();
    expect(await updateCrmSalesforce.perform(action, { ...inDoubt, kept: { value: null } }, over(crm))).toMatchObject({
      kind: "executed",
      effect: { undo: { value: null } },
    });
    expect(crm.values[0]).toBe("Call on Monday");
  });
});

test("nothing is written before the value from before is safe", async () => {
  const crm = salesforce();
  const kept: unknown[] = [];
  const keep = async (undo: unknown) => {
    kept.push(undo, crm.effects());
    return kept.length > 2;
  };
  const perform = () => updateCrmSalesforce.perform(action, TEST_ATTEMPT, { ...over(crm), keep });
  expect(await perform()).toMatchObject({ kind: "retry", effectUnknown: false });
  expect(crm.effects()).toBe(0);
  expect(await perform()).toMatchObject({ kind: "executed" });
  expect(kept).toEqual([{ value: null }, 0, { value: null }, 0]);
});

test.each([
  [{ record: "hubspot:1" }, "is not a Salesforce record"],
  [{ property: "Name?fields=Id" }, "API names"],
])("%j is refused in words", async (change, words) => {
  const content = { ...action, params: { ...params, ...change } };
  const outcome = await updateCrmSalesforce.perform(content, TEST_ATTEMPT, over(salesforce()));
  expect(outcome).toMatchObject({ kind: "rejected", reason: expect.stringContaining(words) });
});
