import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conformance } from "./conformance.ts";
import { dealChannelsOf } from "./slack/deal-channels.ts";
import { plainTextOf } from "./slack/plain-text.ts";
import { slack } from "./slack.ts";
import type { HookRequest } from "./source.ts";

const SETTINGS = { SLACK_SIGNING_SECRET: "a-signing-secret", SLACK_DEAL_CHANNELS: "C123ABC456=hubspot:42" };
const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const NOW = Date.parse(RECEIVED_AT);
const bytes = (text: string) => new TextEncoder().encode(text);

/** As docs.slack.dev prints a message and its envelope; ids are Slack's own examples. */
const message = {
  type: "message",
  channel: "C123ABC456",
  channel_type: "channel",
  user: "U061F7AUR",
  text: "Can we get the &lt;pilot&gt; price by <!date^1795219200^{date}|Friday>, <@U0LAN0Z89>?",
  ts: "1795219199.000200",
  event_ts: "1795219199.000200",
  client_msg_id: "1f81eb52-5198-4599-803e-771906343485",
};
const mention = {
  ...message,
  type: "app_mention",
  text: "<@U0BOT>, what is open here?",
  thread_ts: "1795219000.000100",
};

function callback(event: object, fields: object = {}): string {
  return JSON.stringify({
    token: "XXYYZZ",
    team_id: "T123ABC456",
    api_app_id: "A123ABC456",
    event,
    type: "event_callback",
    event_id: "Ev123ABC456",
    event_time: 1_795_219_199,
    authorizations: [{ enterprise_id: null, team_id: "T123ABC456", user_id: "U0BOT", is_bot: true }],
    is_ext_shared_channel: false,
    event_context: "EC123ABC456",
    ...fields,
  });
}

function sign(body: string, nowMs: number, path: string): HookRequest {
  const timestamp = String(nowMs / 1000);
  const digest = createHmac("sha256", SETTINGS.SLACK_SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest("hex");
  const headers = new Headers({ "x-slack-signature": `v0=${digest}`, "x-slack-request-timestamp": timestamp });
  return { method: "POST", url: `https://edge.example.com${path}`, headers, body: bytes(body) };
}

const vector = (name: string) => {
  const file = readFileSync(`${import.meta.dirname}/../../../tests/payloads/slack/${name}`, "utf8");
  const { headers, rawBody, signingSecret, timestamp } = JSON.parse(file);
  return {
    name,
    request: {
      method: "POST",
      url: "https://edge.example.com/hooks/slack",
      headers: new Headers(headers),
      body: bytes(rawBody),
    },
    settings: { SLACK_SIGNING_SECRET: String(signingSecret), SLACK_DEAL_CHANNELS: "" },
    nowMs: Number(timestamp) * 1000,
  };
};

conformance({
  source: slack,
  settings: SETTINGS,
  key: { name: "SLACK_SIGNING_SECRET", other: "another-secret" },
  sign: async (body, nowMs, path) => sign(body, nowMs, path),
  signsUri: false,
  signsTime: true,
  samples: [
    { name: "a message", body: callback(message) },
    { name: "a mention in a thread", body: callback(mention, { event_id: "Ev123ABC457" }) },
  ],
  // The retry is told by its headers, X-Slack-Retry-Num and X-Slack-Retry-Reason; the body is the same.
  redelivered: (body) => body,
  vectors: [vector("sig.v0.docs.json")],
});

const normalize = (body: string, settings = SETTINGS) =>
  slack.normalize(body, { headers: new Headers(), receivedAt: RECEIVED_AT, settings });
const readingsOf = (body: string) => {
  const normalized = normalize(body);
  return normalized.ok ? normalized.readings : normalized;
};

describe("what is said in a deal's channel", () => {
  test("is a signal about the deal, with the words as Slack shows them", () => {
    expect(readingsOf(callback(message))).toMatchObject([
      {
        kind: "signal",
        draft: {
          signal_type: "behavioral",
          subject: "hubspot:42",
          deal_id: "hubspot:42",
          contact_id: null,
          account_id: null,
          payload: {
            event: "message.posted",
            text: "Can we get the <pilot> price by Friday, @U0LAN0Z89?",
            facts: {
              user: "U061F7AUR",
              channel: "C123ABC456",
              ts: "1795219199.000200",
              thread_ts: null,
              team: "T123ABC456",
              shared: false,
            },
          },
          fired_at: "2026-11-20T23:59:59.000Z",
          identity: ["Ev123ABC456"],
        },
      },
    ]);
  });
  test("in a thread names the thread, and in a channel shared with a customer says so", () => {
    const reply = callback({ ...message, thread_ts: "1795219000.000100" }, { is_ext_shared_channel: true });
    const facts = { thread_ts: "1795219000.000100", shared: true };
    expect(readingsOf(reply)).toMatchObject([{ draft: { payload: { event: "message.posted", facts } } }]);
  });
  test("to our bot is a mention, and its second telling as a message is ignored", () => {
    expect(readingsOf(callback(mention))).toMatchObject([{ draft: { payload: { event: "app.mentioned" } } }]);
    expect(readingsOf(callback({ ...mention, type: "message" }))).toEqual([
      { kind: "ignored", name: "message.mention" },
    ]);
  });
});

describe("what is ignored by its name", () => {
  const bot = { bot_id: "B0OTHER", app_id: "A0OTHER" };
  test.for([
    [{ ...message, bot_id: "B0OURS", app_id: "A123ABC456" }, "message.own"],
    [{ ...message, user: "U0BOT" }, "message.own"],
    [{ ...message, ...bot }, "message.bot"],
    [{ ...mention, ...bot }, "app_mention.bot"],
    [{ ...message, bot_id: "B0OTHER" }, "message.bot"],
    [{ ...message, subtype: "message_changed" }, "message.message_changed"],
    [{ ...message, channel: "C0OTHER" }, "message.channel_without_deal:C0OTHER"],
    [{ type: "reaction_added", user: "U061F7AUR", reaction: "tada" }, "reaction_added"],
  ] as const)("%o is %s", ([event, name]) => {
    expect(readingsOf(callback(event))).toEqual([{ kind: "ignored", name }]);
  });
  test("everything, while no channel is mapped", () => {
    const normalized = normalize(callback(message), { ...SETTINGS, SLACK_DEAL_CHANNELS: "" });
    expect(normalized).toMatchObject({ readings: [{ name: "message.channel_without_deal:C123ABC456" }] });
  });
  test("a notice that Slack sends fewer events", () => {
    const notice = { type: "app_rate_limited", team_id: "T1", minute_rate_limited: 1_795_219_200, api_app_id: "A1" };
    expect(readingsOf(JSON.stringify(notice))).toEqual([{ kind: "ignored", name: "app_rate_limited" }]);
  });
});

describe("the set-up of the URL", () => {
  const body = JSON.stringify({
    token: "x",
    challenge: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P",
    type: "url_verification",
  });
  test("is no signal, and is answered with the challenge as text", async () => {
    expect(readingsOf(body)).toEqual([{ kind: "ignored", name: "url_verification" }]);
    const response = slack.reply?.({ accepted: 0, ignored: 1, rejected: 0 }, body);
    expect(response?.status).toBe(200);
    expect(response?.headers.get("content-type")).toBe("text/plain");
    expect(await response?.text()).toBe("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P");
  });
  test("every other request gets the usual answer", () => {
    expect(slack.reply?.({ accepted: 1, ignored: 0, rejected: 0 }, callback(message))).toBeNull();
  });
});

test.for([
  [{}, "/type"],
  [{ type: "url_verification" }, "/challenge"],
  [{ type: "event_callback", event: message }, "/event_id"],
  [{ type: "event_callback", event_id: "Ev1", event: {} }, "/event/type"],
  [{ type: "event_callback", event_id: "Ev1", event: { ...message, channel: 7 } }, "/event/channel"],
  [{ type: "event_callback", event_id: "Ev1", event: { ...message, ts: "soon" } }, "/event/ts"],
  [[], ""],
] as const)("%o is refused with the pointer %s", ([body, pointer]) => {
  expect(normalize(JSON.stringify(body))).toMatchObject({ ok: false, errors: [{ pointer }] });
});

describe("SLACK_DEAL_CHANNELS", () => {
  test("maps channels to deals; Salesforce's ids are kept in their 18 characters", () => {
    const mapped = dealChannelsOf("C123ABC456=hubspot:42,\n G0PRIVATE=salesforce:0062000000ZZpew");
    expect(mapped).toEqual({
      ok: true,
      deals: new Map([
        ["C123ABC456", "hubspot:42"],
        ["G0PRIVATE", "salesforce:0062000000ZZpewAAD"],
      ]),
    });
  });
  test.for(["C123ABC456", "#deals=hubspot:42", "C123ABC456=42", "C123ABC456=salesforce:006"])(
    "an entry that is none is a matter of configuration: %s",
    async (text) => {
      const settings = { ...SETTINGS, SLACK_DEAL_CHANNELS: `C1AB=hubspot:1 ${text}` };
      const verified = await slack.verify(sign("{}", NOW, "/hooks/slack"), settings, NOW);
      expect(verified).toMatchObject({ kind: "not_configured", reason: expect.stringContaining(text) });
      expect(normalize(callback(message), settings)).toMatchObject({ ok: false });
    },
  );
});

describe("plain text", () => {
  test.for([
    ["<@U1> <@U1|ana> <#C1|deals> <#C1> <!here> <!subteam^S1|@sales>", "@U1 @ana #deals #C1 @here @sales"],
    [
      "<https://a.example/?q=1&amp;r=2> <https://a.example|our <offer>",
      "https://a.example/?q=1&r=2 <https://a.example|our offer",
    ],
    ["<mailto:ana@a.example|ana@a.example>", "ana@a.example"],
    ["&amp;lt; 3 &lt; 4\u0000\u001b\n", "&lt; 3 < 4"],
  ] as const)("%j reads %j", ([text, plain]) => {
    expect(plainTextOf(text)).toBe(plain);
  });
  test("is short and well-formed, whatever it is made of", () => {
    const parts = fc.constantFrom("<", ">", "|", "@", "!", "#", "^", "&lt;", "\u{1f642}", "a", "\ud800");
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 40 }), fc.nat(300), (pieces, times) => {
        const plain = plainTextOf(pieces.join("").repeat(times));
        expect(plain.length).toBeLessThanOrEqual(4_000);
        expect(plain.isWellFormed()).toBe(true);
      }),
    );
  });
});
