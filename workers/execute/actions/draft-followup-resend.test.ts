import { describe, expect, test } from "vitest";
import { conforms } from "./conformance.ts";
import { draftFollowupResend } from "./draft-followup-resend.ts";
import { TEST_ACTION, TEST_ATTEMPT, TEST_SETTINGS } from "./test-settings.ts";

/** Resend, which remembers each key with the content it came with. */
function resend() {
  const sent = new Map<string, { id: string; body: string }>();
  return {
    sent,
    effects: () => sent.size,
    async answer(request: Request): Promise<Response> {
      if (request.headers.get("authorization") !== "Bearer re_test") return refusal(403, "invalid_api_key", "invalid");
      expect(request.url).toBe("https://resend.test/emails");
      const key = request.headers.get("idempotency-key") ?? "";
      const body = await request.text();
      const known = sent.get(key);
      if (known !== undefined && known.body !== body)
        return refusal(409, "invalid_idempotent_request", "other content");
      const id = known?.id ?? `re_${sent.size + 1}`;
      sent.set(key, { id, body });
      return Response.json({ id });
    },
  };
}

function refusal(statusCode: number, name: string, message: string): Response {
  return Response.json({ statusCode, name, message }, { status: statusCode });
}

const action = {
  ...TEST_ACTION,
  type: "draft_followup",
  target: "resend",
  params: {
    from: "ana.duarte@northwind.example",
    to: [{ email: "maton@querbus.example", name: 'Maton "M" Reyes' }],
    subject: "Querbus – platform rollout",
    body: "Hi Maton",
    thread_id: null,
    deliver: "send" as "send" | "draft",
  },
} as const;

conforms({
  adapter: draftFollowupResend,
  action: { ...action, params: { ...action.params, to: [...action.params.to] } },
  settings: TEST_SETTINGS,
  secret: "RESEND_API_KEY",
  upstream: resend,
  isEffect: () => true,
  refusal: () => refusal(422, "validation_error", "no such place"),
  once: "keyed",
  undo: "none",
});

function run(answer: (request: Request) => Response | Promise<Response>, change = {}, params = {}, now = 0) {
  const fetchFake: typeof fetch = async (input, init) => answer(new Request(input, init));
  const nowMs = TEST_ATTEMPT.releasedAtMs + now;
  const ports = { fetch: fetchFake, now: () => nowMs, settings: TEST_SETTINGS, accessTokens: new Map() };
  const content = { ...action, params: { ...action.params, ...params } };
  return draftFollowupResend.perform(content, { ...TEST_ATTEMPT, ...change }, ports);
}

describe("a follow-up by Resend", () => {
  test("is sent under the action's key, in the rep's name, with a name that can't end its quotes", async () => {
    const upstream = resend();
    expect(await run((request) => upstream.answer(request))).toMatchObject({
      kind: "executed",
      effect: { external_id: "re_1", undo: null },
    });
    const sent = upstream.sent.get(TEST_ACTION.idempotency_key);
    expect(JSON.parse(sent?.body ?? "")).toEqual({
      from: "ana.duarte@northwind.example",
      to: ['"Maton \\"M\\" Reyes" <maton@querbus.example>'],
      subject: "Querbus – platform rollout",
      text: "Hi Maton",
      headers: { "X-Dealwire-Action": TEST_ACTION.action_id },
    });
  });

  test("is refused as a draft, because Resend has none", async () => {
    const outcome = await run(() => Response.error(), {}, { deliver: "draft" });
    expect(outcome).toMatchObject({ kind: "rejected", reason: expect.stringContaining("no drafts") });
  });

  test("is not repeated once Resend has forgotten its key", async () => {
    const outcome = await run(() => Response.error(), { maybeDone: true }, {}, 24 * 3_600_000);
    expect(outcome).toMatchObject({ kind: "unknown", reason: expect.stringContaining("maton@querbus.example") });
  });

  test("is parked when another content went out under its key", async () => {
    const outcome = await run(() => refusal(409, "invalid_idempotent_request", "Same idempotency key used"));
    expect(outcome).toMatchObject({ kind: "unknown" });
  });

  test("waits while the same mail is being sent", async () => {
    const outcome = await run(() => refusal(409, "concurrent_idempotent_requests", "in progress"));
    expect(outcome).toMatchObject({ kind: "retry", effectUnknown: true });
  });

  test("takes a domain that is not verified for a refusal, not for a wrong key", async () => {
    const outcome = await run(() => refusal(403, "validation_error", "The northwind.example domain is not verified."));
    expect(outcome).toMatchObject({ kind: "rejected", reason: expect.stringContaining("not verified") });
  });
});
