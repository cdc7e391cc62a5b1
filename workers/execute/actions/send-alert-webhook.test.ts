import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { conforms } from "./conformance.ts";
import { sendAlertWebhook } from "./send-alert-webhook.ts";
import { TEST_ACTION, TEST_ATTEMPT, TEST_SETTINGS } from "./test-settings.ts";

/** A receiver that keeps to the specification: it verifies, and takes an id once. */
function receiver() {
  const events = new Map<string, unknown>();
  return {
    events,
    effects: () => events.size,
    async answer(request: Request): Promise<Response> {
      const [id = "", timestamp = ""] = ["webhook-id", "webhook-timestamp"].map(
        (name) => request.headers.get(name) ?? "",
      );
      const body = await request.text();
      const at = new Date(Number(timestamp) * 1_000);
      const expected = new Webhook(TEST_SETTINGS.ALERT_WEBHOOK_SECRET).sign(id, at, body);
      if (request.headers.get("webhook-signature") !== expected) return new Response("signature", { status: 401 });
      events.set(id, JSON.parse(body));
      return new Response("OK");
    },
  };
}

const action = {
  ...TEST_ACTION,
  type: "send_alert",
  target: "webhook",
  params: {
    channel: null,
    text: "Querbus visited the pricing page",
    url: null,
    to_email: null,
    thread_key: null,
  },
} as const;

conforms({
  adapter: sendAlertWebhook,
  action,
  settings: TEST_SETTINGS,
  secret: "ALERT_WEBHOOK_SECRET",
  upstream: receiver,
  isEffect: () => true,
  refusal: () => new Response("no such place", { status: 400 }),
  once: "keyed",
  undo: { isUndo: (request) => request.headers.get("webhook-id")?.endsWith("_withdrawn") ?? false },
});

describe("an alert by webhook", () => {
  const run = (answer: (request: Request) => Promise<Response>, settings = {}) => {
    const fetchFake: typeof fetch = async (input, init) => answer(new Request(input, init));
    const now = () => TEST_ATTEMPT.releasedAtMs + 5_000;
    const ports = { fetch: fetchFake, now, settings: { ...TEST_SETTINGS, ...settings }, accessTokens: new Map() };
    return sendAlertWebhook.perform(action, TEST_ATTEMPT, ports);
  };

  test("is one event under the action's key, whatever the body of the answer", async () => {
    const upstream = receiver();
    expect(await run((request) => upstream.answer(request))).toMatchObject({
      kind: "executed",
      effect: { external_id: TEST_ACTION.idempotency_key, summary: "delivered to alerts.test" },
    });
    expect([...upstream.events]).toEqual([
      [
        TEST_ACTION.idempotency_key,
        {
          type: "alert.sent",
          timestamp: "2026-11-21T08:10:00.000Z",
          data: { action_id: TEST_ACTION.action_id, ...action.params },
        },
      ],
    ]);
  });

  test("taken back, however often, is one event that says it is withdrawn", async () => {
    const upstream = receiver();
    const performed = await run((request) => upstream.answer(request));
    if (performed.kind !== "executed") throw new Error(performed.reason);
    const undo = (answer: (request: Request) => Promise<Response>) => {
      const fetchFake: typeof fetch = async (input, init) => answer(new Request(input, init));
      const ports = { fetch: fetchFake, now: () => 0, settings: TEST_SETTINGS, accessTokens: new Map() };
      return sendAlertWebhook.compensate(action, performed.effect, TEST_ATTEMPT, ports);
    };
    expect(await undo(async () => new Response("gone", { status: 410 }))).toMatchObject({
      kind: "compensation_failed",
      remains: expect.stringContaining('no longer holds: "Querbus visited the pricing page"'),
    });
    for (const _time of [1, 2]) {
      expect(await undo((request) => upstream.answer(request))).toMatchObject({ kind: "compensated" });
    }
    expect(upstream.events.size).toBe(2);
    expect(upstream.events.get(`${TEST_ACTION.idempotency_key}_withdrawn`)).toMatchObject({
      type: "alert.withdrawn",
      data: { action_id: TEST_ACTION.action_id, text: "Querbus visited the pricing page" },
    });
  });

  test.each([
    { ALERT_WEBHOOK_SECRET: "whsec_short" },
    { ALERT_WEBHOOK_SECRET: "not a secret" },
    { ALERT_WEBHOOK_URL: "alerts" },
    { ALERT_WEBHOOK_URL: "" },
  ])("names the setting that can't be used: %j", async (settings) => {
    const upstream = receiver();
    const outcome = await run((request) => upstream.answer(request), settings);
    const [name] = Object.keys(settings);
    expect(outcome).toMatchObject({ kind: "credentials", reason: expect.stringContaining(name ?? "") });
    expect(upstream.effects()).toBe(0);
  });
});
