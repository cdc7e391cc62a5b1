import { describe, expect, test } from "vitest";
import { conforms } from "./conformance.ts";
import { enrollSequenceApollo } from "./enroll-sequence-apollo.ts";
import { TEST_ACTION, TEST_ATTEMPT, TEST_SETTINGS } from "./test-settings.ts";

const SEQUENCE = "5e0000000000000000000001";
const CONTACT = "c00000000000000000000001";

/** Apollo with one sequence; it skips whom it has. */
function apollo() {
  const members = new Set<string>();
  return {
    members,
    effects: () => members.size,
    async answer(request: Request): Promise<Response> {
      const { pathname, searchParams: query } = new URL(request.url);
      if (request.headers.get("x-api-key") !== "apollo-key")
        return new Response("Invalid credentials", { status: 401 });
      if (pathname === "/api/v1/email_accounts") {
        return Response.json({ email_accounts: [{ id: "ea1", email: "Ana@northwind.example", active: true }] });
      }
      if (pathname === `/api/v1/emailer_campaigns/${SEQUENCE}/add_contact_ids`) {
        expect(query.get("emailer_campaign_id")).toBe(SEQUENCE);
        expect(query.get("send_email_from_email_account_id")).toBe("ea1");
        const id = query.get("contact_ids[]") ?? "";
        if (members.has(id)) return skipped(id, "contacts_already_exists_in_current_campaign");
        members.add(id);
        return Response.json({ contacts: [{ id }], skipped_contact_ids: {} });
      }
      expect(query.get("mode")).toBe("remove");
      members.delete(query.get("contact_ids[]") ?? "");
      return Response.json({ contacts: [] });
    },
  };
}

function skipped(id: string, reason: string): Response {
  return Response.json({ contacts: [], skipped_contact_ids: { [id]: reason } });
}

const action = {
  ...TEST_ACTION,
  type: "enroll_sequence",
  target: "apollo",
  params: { sequence_id: SEQUENCE, contact_id: `apollo:${CONTACT}`, sender: "ana@northwind.example" },
} as const;

conforms({
  adapter: enrollSequenceApollo,
  action,
  settings: TEST_SETTINGS,
  secret: "APOLLO_API_KEY",
  upstream: apollo,
  isEffect: (request) => request.url.includes("add_contact_ids"),
  refusal: () => Response.json({ error: "no such place" }, { status: 422 }),
  once: "keyed",
  undo: { isUndo: ({ url }) => url.includes("remove_or_stop_contact_ids") },
});

describe("an enrolment in Apollo", () => {
  const run = (answer: (request: Request) => Response | Promise<Response>) => {
    const fetchFake: typeof fetch = async (input, init) => answer(new Request(input, init));
    const now = () => TEST_ATTEMPT.releasedAtMs;
    const ports = { fetch: fetchFake, now, settings: TEST_SETTINGS, accessTokens: new Map() };
    return enrollSequenceApollo.perform(action, TEST_ATTEMPT, ports);
  };

  test("leaves somebody who was in the sequence before as they are", async () => {
    const upstream = apollo();
    expect(await run((request) => upstream.answer(request))).toMatchObject({ effect: { undo: { added: true } } });
    expect(await run((request) => upstream.answer(request))).toMatchObject({ effect: { undo: { added: false } } });
  });

  test("is refused in Apollo's words when the contact is active in another sequence", async () => {
    const upstream = apollo();
    const outcome = await run((request) =>
      request.url.includes("add_contact_ids")
        ? skipped(CONTACT, "contacts_active_in_other_campaigns")
        : upstream.answer(request),
    );
    expect(outcome).toMatchObject({ kind: "rejected", reason: expect.stringContaining("active_in_other_campaigns") });
  });

  test("is taken back, however often", async () => {
    const upstream = apollo();
    const performed = await run((request) => upstream.answer(request));
    if (performed.kind !== "executed") throw new Error(performed.reason);
    const fetchFake: typeof fetch = async (input, init) => upstream.answer(new Request(input, init));
    const ports = {
      fetch: fetchFake,
      now: () => TEST_ATTEMPT.releasedAtMs,
      settings: TEST_SETTINGS,
      accessTokens: new Map(),
    };
    for (let time = 0; time < 2; time += 1) {
      const undone = await enrollSequenceApollo.compensate(action, performed.effect, TEST_ATTEMPT, ports);
      expect(undone).toMatchObject({ kind: "compensated" });
    }
    expect(upstream.members.size).toBe(0);
  });
});
