import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeMrkdwn } from "#connectors/slack-mrkdwn.ts";
import { conforms } from "./conformance.ts";
import { sendAlertSlack } from "./send-alert-slack.ts";
import { alertBlocks } from "./slack-text.ts";
import { TEST_ACTION, TEST_ATTEMPT, TEST_SETTINGS } from "./test-settings.ts";

type Posted = { channel: string; ts: string; thread_ts?: string; text: string; blocks: unknown; metadata: unknown };

/** Slack with one channel, in its own wire format. */
function slack(now: () => number) {
  const posted: Posted[] = [];
  return {
    posted,
    effects: () => posted.length,
    async answer(request: Request): Promise<Response> {
      const url = new URL(request.url);
      if (request.headers.get("authorization") !== "Bearer xoxb-test") return fail("invalid_auth");
      if (url.pathname === "/api/chat.postMessage") {
        const body = JSON.parse(await request.text());
        if (body.channel !== "C0ALERTS" && body.channel !== "#alerts") return fail("channel_not_found");
        const ts = `${Math.floor(now() / 1000)}.${String(posted.length + 1).padStart(6, "0")}`;
        posted.push({ ...body, channel: "C0ALERTS", ts });
        return Response.json({ ok: true, channel: "C0ALERTS", ts, message: { type: "message", text: body.text } });
      }
      if (url.pathname === "/api/users.lookupByEmail") {
        return url.searchParams.get("email") === "ana@northwind.example"
          ? Response.json({ ok: true, user: { id: "U1" } })
          : fail("users_not_found");
      }
      if (url.pathname === "/api/conversations.open") return Response.json({ ok: true, channel: { id: "C0ALERTS" } });
      if (url.pathname === "/api/chat.update") {
        const { ts, text, blocks } = JSON.parse(await request.text());
        const at = posted.findIndex((message) => message.ts === ts);
        const [message] = posted.slice(at, at + 1);
        if (message === undefined) return fail("message_not_found");
        posted.splice(at, 1, { ...message, text, blocks });
        return Response.json({ ok: true, channel: "C0ALERTS", ts, text });
      }
      const thread = url.pathname === "/api/conversations.replies" ? url.searchParams.get("ts") : null;
      if (thread === null && url.pathname !== "/api/conversations.history") return fail("unknown_method");
      if (url.searchParams.get("channel") !== "C0ALERTS") return fail("channel_not_found");
      const oldest = Number(url.searchParams.get("oldest"));
      const messages = posted
        .filter(({ ts, thread_ts }) => (thread === null ? thread_ts === undefined : thread === (thread_ts ?? ts)))
        .filter(({ ts }) => Number(ts) > oldest)
        .map(withMetadata(url));
      return Response.json({ ok: true, messages: messages.toReversed(), has_more: false });
    },
  };
}

function withMetadata(url: URL) {
  const all = url.searchParams.get("include_all_metadata") === "true";
  return ({ metadata, ...message }: Posted) => ({ type: "message", ...message, ...(all ? { metadata } : {}) });
}

function fail(error: string, more: object = {}): Response {
  return Response.json({ ok: false, error, ...more });
}

const action = {
  ...TEST_ACTION,
  type: "send_alert",
  target: "slack",
  params: {
    channel: null,
    text: "Querbus visited the pricing page",
    url: "https://dealwire.example/signals/1",
    to_email: null,
    thread_key: null,
  },
} as const;

conforms({
  adapter: sendAlertSlack,
  action,
  settings: TEST_SETTINGS,
  secret: "SLACK_BOT_TOKEN",
  upstream: slack,
  isEffect: (request) => request.url.endsWith("/chat.postMessage"),
  refusal: () => fail("invalid_blocks", { response_metadata: { messages: ["[ERROR] no such place"] } }),
  undo: { isUndo: ({ url }) => url.endsWith("/chat.update") },
});

const attempt = { ...TEST_ATTEMPT, releasedAtMs: Date.parse("2026-11-21T08:00:00.000Z") };

function run(answer: (request: Request) => Response | Promise<Response>, change = {}, params = {}) {
  const now = () => Date.parse("2026-11-21T08:10:00.000Z");
  const fetchFake: typeof fetch = async (input, init) => answer(new Request(input, init));
  const ports = { fetch: fetchFake, now, settings: TEST_SETTINGS, accessTokens: new Map() };
  const content = { ...action, params: { ...action.params, ...params } };
  return sendAlertSlack.perform(content, { ...attempt, ...change }, ports);
}

describe("an alert in Slack", () => {
  test("carries the action's id in its metadata and goes to the default channel", async () => {
    const upstream = slack(() => attempt.releasedAtMs);
    await run((request) => upstream.answer(request));
    expect(upstream.posted[0]).toMatchObject({
      channel: "C0ALERTS",
      metadata: { event_type: "dealwire_action", event_payload: { action_id: TEST_ACTION.action_id } },
    });
  });

  test("names the setting when there is no channel to post to", async () => {
    const ports = {
      fetch,
      now: () => 0,
      settings: { ...TEST_SETTINGS, SLACK_ALERT_CHANNEL: "" },
      accessTokens: new Map(),
    };
    const outcome = await sendAlertSlack.perform(action, attempt, ports);
    expect(outcome).toMatchObject({ kind: "credentials", reason: expect.stringContaining("SLACK_ALERT_CHANNEL") });
  });

  test.each([
    ["invalid_auth", "credentials"],
    ["token_revoked", "credentials"],
    ["account_inactive", "credentials"],
    ["not_authed", "credentials"],
    ["missing_scope", "credentials"],
    ["channel_not_found", "rejected"],
    ["not_in_channel", "rejected"],
    ["is_archived", "rejected"],
    ["msg_too_long", "rejected"],
    ["an_error_of_tomorrow", "rejected"],
  ])("HTTP 200 with %s is %s", async (error, kind) => {
    const outcome = await run(() => fail(error));
    expect(outcome).toMatchObject({ kind, reason: expect.stringContaining(error) });
  });

  test.each([
    ["ratelimited", false],
    ["internal_error", true],
    ["fatal_error", true],
    ["service_unavailable", true],
  ])("HTTP 200 with %s is tried again, effect unknown: %s", async (error, effectUnknown) => {
    expect(await run(() => fail(error))).toMatchObject({ kind: "retry", effectUnknown });
  });

  test("says which scope is missing", async () => {
    const outcome = await run(() => fail("missing_scope", { needed: "channels:history" }));
    expect(outcome).toMatchObject({ reason: expect.stringContaining("channels:history") });
  });

  test("is parked when an earlier attempt can't be looked up because the channel is given by name", async () => {
    const upstream = slack(() => attempt.releasedAtMs);
    const outcome = await run((request) => upstream.answer(request), { maybeDone: true }, { channel: "#alerts" });
    expect(outcome).toMatchObject({ kind: "unknown", reason: expect.stringContaining("channel's id") });
    expect(upstream.effects()).toBe(0);
  });

  test("reads further pages of the history, and gives up after four without posting", async () => {
    const cursors: (string | null)[] = [];
    const outcome = await run(
      (request) => {
        cursors.push(new URL(request.url).searchParams.get("cursor"));
        const response_metadata = { next_cursor: `page-${cursors.length}` };
        return Response.json({ ok: true, messages: [{ type: "message", ts: "1.1" }], response_metadata });
      },
      { maybeDone: true },
    );
    expect(cursors).toEqual([null, "page-1", "page-2", "page-3"]);
    expect(outcome).toMatchObject({ kind: "unknown" });
  });

  test("an answer that is not Slack's leaves the effect unknown", async () => {
    expect(await run(() => new Response("<html>"))).toMatchObject({ kind: "retry", effectUnknown: true });
    expect(await run(() => Response.json({ ok: true }))).toMatchObject({ kind: "retry", effectUnknown: true });
  });
});

describe("where an alert in Slack goes", () => {
  const NOW = () => Date.parse("2026-11-21T08:10:00.000Z");
  const threaded = { thread_key: "hubspot:332507367156" };

  test("is the thread that the first alert with its key opened", async () => {
    const upstream = slack(NOW);
    const answer = (request: Request) => upstream.answer(request);
    await run(answer, {}, threaded);
    await run(answer, {}, { ...threaded, text: "Another" });
    await run(answer, {}, { thread_key: "hubspot:1" });
    const [root] = upstream.posted;
    expect(upstream.posted.map(({ thread_ts }) => thread_ts)).toEqual([undefined, root?.ts, undefined]);
  });

  test("is found again in a thread, too", async () => {
    const upstream = slack(NOW);
    const answer = (request: Request) => upstream.answer(request);
    await run(answer, { actionId: "act_first" }, threaded);
    const second = await run(answer, {}, threaded);
    expect(await run(answer, { maybeDone: true }, threaded)).toEqual(second);
    expect(upstream.posted).toHaveLength(2);
  });

  test("is no thread where the history can't be read, and a retry where it can't be read now", async () => {
    const upstream = slack(NOW);
    const meddled = (answer: () => Response) => (request: Request) =>
      request.method === "GET" ? answer() : upstream.answer(request);
    expect(
      await run(
        meddled(() => fail("missing_scope")),
        {},
        threaded,
      ),
    ).toMatchObject({ kind: "executed" });
    const later = await run(
      meddled(() => new Response("", { status: 503 })),
      {},
      threaded,
    );
    expect(later).toMatchObject({ kind: "retry", effectUnknown: false });
    expect(upstream.posted).toHaveLength(1);
  });

  test("is the direct messages of the owner", async () => {
    const upstream = slack(NOW);
    const answer = (request: Request) => upstream.answer(request);
    const toOwner = { channel: "owner", to_email: "ana@northwind.example" };
    expect(await run(answer, {}, toOwner)).toMatchObject({ kind: "executed" });
    const unknown = await run(answer, {}, { ...toOwner, to_email: "bo@northwind.example" });
    expect(unknown).toMatchObject({ kind: "rejected", reason: expect.stringContaining("users_not_found") });
    expect(await run(answer, {}, { channel: "owner" })).toMatchObject({ kind: "rejected" });
    expect(upstream.posted).toHaveLength(1);
  });

  test("says that it was withdrawn once it is taken back, however often, and keeps its thread", async () => {
    const upstream = slack(NOW);
    const performed = await run((request) => upstream.answer(request));
    if (performed.kind !== "executed") throw new Error(performed.reason);
    const undo = (answer: (request: Request) => Response | Promise<Response>) => {
      const fetchFake: typeof fetch = async (input, init) => answer(new Request(input, init));
      const ports = { fetch: fetchFake, now: NOW, settings: TEST_SETTINGS, accessTokens: new Map() };
      return sendAlertSlack.compensate(action, performed.effect, attempt, ports);
    };
    expect(await undo(() => fail("edit_window_closed"))).toMatchObject({
      kind: "compensation_failed",
      reason: expect.stringContaining("edit_window_closed"),
      remains: expect.stringContaining(
        'no longer holds: "Querbus visited the pricing page". It is in channel C0ALERTS',
      ),
    });
    const [before] = upstream.posted;
    for (let time = 0; time < 2; time += 1) {
      expect(await undo((request) => upstream.answer(request))).toMatchObject({ kind: "compensated" });
    }
    expect(upstream.posted).toMatchObject([
      { ts: before?.ts, text: "Withdrawn: Querbus visited the pricing page", metadata: before?.metadata },
    ]);
    expect(JSON.stringify(upstream.posted[0]?.blocks)).toMatch(/Withdrawn.+no longer holds.+pricing page/);
    upstream.posted.pop();
    expect(await undo((request) => upstream.answer(request))).toMatchObject({ kind: "compensated" });
  });
});

describe("text from a signal", () => {
  test("can't mention a channel or forge a link", () => {
    expect(escapeMrkdwn("<!channel> <@U1> <https://evil.example|Acme> &lt;")).toBe(
      "&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.example|Acme&gt; &amp;lt;",
    );
  });

  test("always fits into sections and never opens a control sequence", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 3_000, unit: fc.constantFrom("&", "<", ">", "a", "😀") }),
        (text) => {
          const blocks = alertBlocks(text, null);
          const shown = JSON.stringify(blocks);
          expect(shown).not.toMatch(/[<>]/);
          expect(blocks.length).toBeLessThanOrEqual(6);
          for (const block of blocks)
            expect(block).toMatchObject({ text: { text: expect.stringMatching(/^.{1,3000}$/) } });
        },
      ),
      { numRuns: 50 },
    );
  });

  test("a url can't leave its link, and only web addresses become links", () => {
    expect(JSON.stringify(alertBlocks("x", "https://a.example/?q=<!channel>|b&c"))).toContain(
      "<https://a.example/?q=%3C!channel%3E%7Cb&amp;c|Open>",
    );
    expect(alertBlocks("x", "javascript:alert(1)")).toHaveLength(1);
  });
});
