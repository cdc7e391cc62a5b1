import { expect, test } from "vitest";
import { conforms } from "./conformance.ts";
import { enrollSequenceHubspot } from "./enroll-sequence-hubspot.ts";
import { TEST_ACTION, TEST_ATTEMPT, TEST_SETTINGS } from "./test-settings.ts";

const BASE = "/automation/sequences/2026-09/enrollments";

/** HubSpot's sequences: a contact is in one at a time. */
function hubspot(inSequence: string | null = null, namesSequence = true) {
  const enrolment = (id: string, sequenceId: string, enrolledAt: string) => {
    return { id, enrolledAt, ...(namesSequence ? { sequenceId } : {}) };
  };
  let enrolled = inSequence === null ? null : enrolment("1", inSequence, "2026-11-01T08:10:00.000Z");
  let effects = 0;
  return {
    effects: () => effects,
    async answer(request: Request): Promise<Response> {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/crm/owners/2026-09") {
        const known = searchParams.get("email") === "ana.duarte@northwind.example";
        return Response.json({ results: known ? [{ id: "64492917", userId: 98499705 }] : [] });
      }
      if (pathname === `${BASE}/contact/501`) {
        return enrolled === null ? refusal(404, "not enrolled") : Response.json(enrolled);
      }
      if (enrolled !== null) return refusal(409, "already enrolled");
      expect(searchParams.get("userId")).toBe("98499705");
      const { sequenceId } = JSON.parse(await request.text());
      const enrolledAt = "2026-11-21T08:10:00.000Z";
      enrolled = enrolment("77", sequenceId, enrolledAt);
      effects += 1;
      return Response.json({ id: "77", toEmail: "lea@querbus.example", enrolledAt });
    },
  };
}

function refusal(status: number, message: string): Response {
  return Response.json({ status: "error", message, category: "VALIDATION_ERROR" }, { status });
}

const params = { sequence_id: "78910001", contact_id: "hubspot:501", sender: "ana.duarte@northwind.example" };
const action = { ...TEST_ACTION, facts: [], type: "enroll_sequence" as const, target: "hubspot" as const, params };

conforms({
  adapter: enrollSequenceHubspot,
  action,
  settings: TEST_SETTINGS,
  secret: "HUBSPOT_ACCESS_TOKEN",
  upstream: () => hubspot(),
  isEffect: ({ method }) => method === "POST",
  refusal: () => refusal(400, "no such place"),
  undo: "none",
});

function run(crm: ReturnType<typeof hubspot>, change: object = {}, attempt = TEST_ATTEMPT) {
  const fetchFake: typeof fetch = async (input, init) => crm.answer(new Request(input, init));
  const ports = { fetch: fetchFake, now: () => 0, settings: TEST_SETTINGS, accessTokens: new Map() };
  return enrollSequenceHubspot.perform({ ...action, params: { ...params, ...change } }, attempt, ports);
}

test("a contact in another sequence is left there, and the refusal says so", async () => {
  const crm = hubspot("78910002");
  expect(await run(crm)).toMatchObject({ kind: "rejected", reason: expect.stringContaining("78910002") });
  expect(crm.effects()).toBe(0);
});

test("a contact who is in the sequence already stays in it, and the effect does not claim it", async () => {
  const crm = hubspot(params.sequence_id);
  const effect = { external_id: "1", summary: expect.stringContaining("was already in") };
  expect(await run(crm)).toMatchObject({ kind: "executed", effect });
  expect(crm.effects()).toBe(0);
});

test("where HubSpot does not name the sequence, only an enrolment since the release is taken for ours", async () => {
  const releasedAtMs = Date.parse("2026-11-21T08:09:59.000Z");
  const inDoubt = { ...TEST_ATTEMPT, maybeDone: true, releasedAtMs };
  const ours = hubspot(null, false);
  await run(ours);
  expect(await run(ours, {}, inDoubt)).toMatchObject({ kind: "executed", effect: { external_id: "77" } });
  expect(await run(hubspot("78910002", false), {}, inDoubt)).toMatchObject({ kind: "rejected" });
});

test.each([
  [{ sender: "nobody@northwind.example" }, "no HubSpot user"],
  [{ contact_id: "salesforce:003x" }, "is not a HubSpot contact"],
])("%j is refused in words", async (change, words) => {
  expect(await run(hubspot(), change)).toMatchObject({ kind: "rejected", reason: expect.stringContaining(words) });
});
