// The Slack stand-in, as a client sees it.
import { beforeEach, describe, expect, it } from "vitest";
import { type FakeDeps, fakeDeps, readJson } from "../fake-deps.ts";
import { slack } from "./slack.ts";

let deps: FakeDeps;
beforeEach(() => {
  deps = fakeDeps();
  const uninvited = { id: "C0GENERAL1", name: "general", is_member: false, user: null };
  deps.store.put("slack", "channels", uninvited.id, uninvited);
});

const JSON_BODY = { authorization: "Bearer slack-token", "content-type": "application/json; charset=utf-8" };
const call = async (method: string, args: unknown, headers: Record<string, string> = JSON_BODY) => {
  const response = await slack(deps).request(`/${method}`, { method: "POST", headers, body: JSON.stringify(args) });
  return { status: response.status, headers: response.headers, body: await readJson(response) };
};
const get = async (method: string, query: Record<string, string>) => {
  const headers = { authorization: "Bearer slack-token" };
  return readJson(await slack(deps).request(`/${method}?${new URLSearchParams(query)}`, { headers }));
};
const post = (more: Record<string, unknown> = {}) =>
  call("chat.postMessage", { channel: "C0DEALS001", text: "hi", ...more });
const button = (more: Record<string, unknown>) => ({
  type: "button",
  action_id: "approve",
  text: { type: "plain_text", text: "Approve" },
  ...more,
});

describe("authentication", () => {
  it("is refused with HTTP 200", async () => {
    expect(await call("auth.test", {}, {})).toMatchObject({ status: 200, body: { ok: false, error: "not_authed" } });
    const wrong = await call("auth.test", {}, { authorization: "Bearer other" });
    expect(wrong).toMatchObject({ status: 200, body: { ok: false, error: "invalid_auth" } });
    expect((await call("auth.test", {})).body).toMatchObject({ ok: true, bot_id: "B0DEALWIRE" });
    expect((await call("chat.shout", {})).body.error).toBe("unknown_method");
  });
});

describe("chat.postMessage", () => {
  it("posts by id, by name and to a person, each message with its own ts", async () => {
    const answers = [await post(), await post({ channel: "#deals" }), await post({ channel: "U0ANADUARTE" })];
    expect(answers.map(({ body }) => body.channel)).toEqual(["C0DEALS001", "C0DEALS001", "D0ANADUARTE"]);
    expect(answers[0]?.body.ts).toMatch(/^\d{10}\.\d{6}$/);
    expect(answers[0]?.body.ts).not.toBe(answers[1]?.body.ts);
  });

  it("takes a form with JSON in its fields", async () => {
    const blocks = JSON.stringify([{ type: "divider" }]);
    const form = new URLSearchParams({ token: "slack-token", channel: "C0DEALS001", text: "hi", blocks });
    const response = await slack(deps).request("/chat.postMessage", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
    });
    expect(await readJson(response)).toMatchObject({ ok: true, message: { blocks: [{ type: "divider" }] } });
  });

  it.each([
    ["channel_not_found", { channel: "C0NOTHERE1" }],
    ["not_in_channel", { channel: "C0GENERAL1" }],
    ["no_text", { text: "" }],
    ["msg_too_long", { text: "x".repeat(40_001) }],
    ["invalid_blocks", { blocks: Array(51).fill({ type: "divider" }) }],
    ["invalid_blocks", { blocks: "not json" }],
    ["invalid_blocks", { blocks: [{ type: "banner" }] }],
    ["invalid_blocks", { blocks: [{ type: "section" }] }],
    ["invalid_blocks", { blocks: [{ type: "section", text: { type: "mrkdwn", text: "x".repeat(3_001) } }] }],
    ["invalid_blocks", { blocks: [{ type: "actions", elements: [] }] }],
    ["invalid_blocks", { blocks: [{ type: "actions", elements: [button({ value: "x".repeat(2_001) })] }] }],
    ["invalid_blocks", { blocks: [{ type: "actions", elements: [button({ value: "1" }), button({ value: "2" })] }] }],
    [
      "invalid_blocks",
      {
        blocks: [{ type: "actions", elements: Array.from({ length: 26 }, (_, n) => button({ action_id: `a${n}` })) }],
      },
    ],
    ["invalid_metadata_format", { metadata: { event_type: "x" } }],
    ["thread_not_found", { thread_ts: "1.000000" }],
  ])("refuses with %s", async (error, more) => {
    const { status, body } = await post(more);
    expect({ status, ok: body.ok, error: body.error }).toEqual({ status: 200, ok: false, error });
    expect(deps.store.list("slack", "messages")).toEqual([]);
  });

  it("says where a block is wrong", async () => {
    const { body } = await post({ blocks: [{ type: "actions", elements: [button({ value: "x".repeat(2_001) })] }] });
    expect(body.response_metadata.messages[0]).toContain("[json-pointer:/blocks/0/elements/0/value]");
  });

  it("tolerates a burst, then answers 429 with Retry-After in seconds, per channel", async () => {
    for (let n = 0; n < 10; n += 1) expect((await post()).status).toBe(200);
    const over = await post();
    expect(over).toMatchObject({ status: 429, body: { ok: false, error: "ratelimited" } });
    const retryAfter = Number(over.headers.get("retry-after"));
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect((await post({ channel: "C0WINS0001" })).status).toBe(200);
    deps.advance(retryAfter * 1_000);
    expect((await post()).status).toBe(200);
  });
});

describe("chat.update and chat.delete", () => {
  it("keep what they do not name, and know only messages that exist", async () => {
    const metadata = { event_type: "dealwire", event_payload: { action_id: "act_1" } };
    const { body } = await post({ blocks: [{ type: "divider" }], metadata });
    const updated = await call("chat.update", { channel: "C0DEALS001", ts: body.ts, text: "done", blocks: [] });
    expect(updated.body.message).toMatchObject({ text: "done", blocks: [], metadata });
    const target = { channel: "C0DEALS001", ts: "1.000000" };
    expect((await call("chat.update", { ...target, text: "x" })).body.error).toBe("message_not_found");
    expect((await call("chat.update", { ...target, channel: "#deals" })).body.error).toBe("channel_not_found");
    expect((await call("chat.delete", { channel: "C0DEALS001", ts: body.ts })).body.ok).toBe(true);
    expect(deps.store.list("slack", "messages")).toEqual([]);
  });
});

describe("conversations.replies", () => {
  it("shows the message that opened the thread and its replies, oldest first, in pages", async () => {
    const root = await post({ text: "root" });
    await post({ text: "elsewhere" });
    await post({ text: "first", thread_ts: root.body.ts });
    await post({ text: "second", thread_ts: root.body.ts });
    const thread = { channel: "C0DEALS001", ts: root.body.ts };
    const page = await get("conversations.replies", { ...thread, limit: "2" });
    expect(page.messages).toMatchObject([{ text: "root" }, { text: "first" }]);
    const rest = await get("conversations.replies", { ...thread, cursor: page.response_metadata.next_cursor });
    expect(rest.messages).toMatchObject([{ text: "second" }]);
    expect(await get("conversations.replies", { ...thread, ts: "1.000000" })).toMatchObject({
      error: "thread_not_found",
    });
  });
});

describe("conversations.history", () => {
  it("shows metadata only when asked, newest first, in pages, without replies", async () => {
    const metadata = { event_type: "dealwire", event_payload: { action_id: "act_1" } };
    const first = await post({ text: "first", metadata });
    await post({ text: "reply", thread_ts: first.body.ts });
    await post({ text: "second" });
    const page = await get("conversations.history", { channel: "C0DEALS001", limit: "1" });
    expect(page).toMatchObject({ has_more: true, messages: [{ text: "second" }] });
    const cursor = page.response_metadata.next_cursor;
    const rest = await get("conversations.history", { channel: "C0DEALS001", cursor, include_all_metadata: "true" });
    expect(rest.messages).toMatchObject([{ text: "first", metadata }]);
    expect(rest.has_more).toBe(false);
    const plain = await get("conversations.history", { channel: "C0DEALS001" });
    expect(plain.messages[1]).not.toHaveProperty("metadata");
    const later = await get("conversations.history", { channel: "C0DEALS001", oldest: first.body.ts });
    expect(later.messages).toHaveLength(1);
  });

  it("refuses bad cursors and limits", async () => {
    const channel = "C0DEALS001";
    expect((await get("conversations.history", { channel, cursor: "%%" })).error).toBe("invalid_cursor");
    expect((await get("conversations.history", { channel, limit: "1000" })).error).toBe("invalid_limit");
  });
});

describe("people", () => {
  it("are found by e-mail, from a form or a query and not from JSON", async () => {
    const email = "ana.duarte@northwind.example";
    expect((await get("users.lookupByEmail", { email })).user).toMatchObject({ id: "U0ANADUARTE", profile: { email } });
    expect((await call("users.lookupByEmail", { email })).body.error).toBe("invalid_arguments");
    expect((await get("users.lookupByEmail", { email: "x@y.example" })).error).toBe("users_not_found");
    expect((await call("conversations.open", { users: "U0ANADUARTE" })).body.channel.id).toBe("D0ANADUARTE");
    expect((await call("conversations.open", { users: "U0NOBODY" })).body.error).toBe("user_not_found");
  });
});
