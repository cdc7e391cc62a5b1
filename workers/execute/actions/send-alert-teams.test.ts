import { describe, expect, test } from "vitest";
import { conforms } from "./conformance.ts";
import { sendAlertTeams } from "./send-alert-teams.ts";
import { TEST_ACTION, TEST_ATTEMPT, TEST_SETTINGS } from "./test-settings.ts";

/** A workflow's webhook: 202 and nothing else. */
function teams() {
  const cards: { url: string; card: unknown }[] = [];
  return {
    cards,
    effects: () => cards.length,
    async answer(request: Request): Promise<Response> {
      const [attachment] = JSON.parse(await request.text()).attachments;
      cards.push({ url: request.url, card: attachment.content });
      return new Response(null, { status: 202 });
    },
  };
}

const action = {
  ...TEST_ACTION,
  type: "send_alert",
  target: "teams",
  params: {
    channel: null as string | null,
    text: "Querbus visited the pricing page",
    url: "https://dealwire.example/signals/1",
    to_email: null,
    thread_key: null,
  },
} as const;

conforms({
  adapter: sendAlertTeams,
  action,
  settings: TEST_SETTINGS,
  secret: "TEAMS_WEBHOOK_URL",
  upstream: teams,
  isEffect: () => true,
  refusal: () => Response.json({ error: { code: "BadRequest", message: "no such place" } }, { status: 400 }),
  once: "parked",
  undo: "none",
});

function run(answer: (request: Request) => Response | Promise<Response>, params = {}, webhooks?: string) {
  const fetchFake: typeof fetch = async (input, init) => answer(new Request(input, init));
  const settings = { ...TEST_SETTINGS, TEAMS_WEBHOOK_URL: webhooks ?? TEST_SETTINGS.TEAMS_WEBHOOK_URL };
  const ports = { fetch: fetchFake, now: () => TEST_ATTEMPT.releasedAtMs, settings, accessTokens: new Map() };
  return sendAlertTeams.perform({ ...action, params: { ...action.params, ...params } }, TEST_ATTEMPT, ports);
}

describe("an alert in Microsoft Teams", () => {
  test("is an adaptive card with a button", async () => {
    const upstream = teams();
    await run((request) => upstream.answer(request));
    expect(upstream.cards).toEqual([
      {
        url: TEST_SETTINGS.TEAMS_WEBHOOK_URL,
        card: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [{ type: "TextBlock", text: "Querbus visited the pricing page", wrap: true }],
          actions: [{ type: "Action.OpenUrl", title: "Open", url: "https://dealwire.example/signals/1" }],
        },
      },
    ]);
  });

  test("shows what a sender wrote as text, never as a link", async () => {
    const upstream = teams();
    await run((request) => upstream.answer(request), { text: "[Sign in](https://evil.example) *now*", url: null });
    expect(upstream.cards).toMatchObject([
      { card: { body: [{ text: "\\[Sign in\\](https://evil.example) \\*now\\*" }] } },
    ]);
  });

  test("goes to the channel that it names, of those that have an address", async () => {
    const upstream = teams();
    const webhooks = "https://teams.test/all?sig=1 deals=https://teams.test/deals?sig=2";
    await run((request) => upstream.answer(request), { channel: "deals" }, webhooks);
    await run((request) => upstream.answer(request), {}, webhooks);
    expect(upstream.cards.map(({ url }) => url)).toEqual([
      "https://teams.test/deals?sig=2",
      "https://teams.test/all?sig=1",
    ]);
    const lost = await run((request) => upstream.answer(request), { channel: "lost" }, webhooks);
    expect(lost).toMatchObject({ kind: "rejected", reason: expect.stringContaining('"lost"; it has one for deals') });
  });

  test("a workflow that is gone is an address to mend, and no reason quotes it", async () => {
    const outcome = await run(() => new Response("", { status: 404 }));
    expect(outcome).toMatchObject({ kind: "credentials", reason: expect.stringContaining("TEAMS_WEBHOOK_URL") });
    expect(JSON.stringify(outcome)).not.toContain("sig=test");
  });

  test("names the setting when it is no address", async () => {
    const outcome = await run(() => Response.error(), {}, "deals");
    expect(outcome).toMatchObject({ kind: "credentials", reason: expect.stringContaining("TEAMS_WEBHOOK_URL") });
  });

  test("can't be taken back, and says so", async () => {
    const performed = await run(() => new Response(null, { status: 202 }));
    if (performed.kind !== "executed") throw new Error(performed.reason);
    const ports = { fetch, now: () => 0, settings: TEST_SETTINGS, accessTokens: new Map() };
    expect(await sendAlertTeams.compensate(action, performed.effect, TEST_ATTEMPT, ports)).toMatchObject({
      kind: "compensation_failed",
      reason: "Microsoft Teams can't take a card back.",
      remains: expect.stringContaining("Tell whoever read it in Microsoft Teams"),
    });
  });
});
