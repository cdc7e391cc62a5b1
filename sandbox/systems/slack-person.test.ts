// Clicks, dialogs and answers of the Slack stand-in, as an app sees them.
import { beforeEach, describe, expect, it } from "vitest";
import { type FakeDeps, fakeDeps, readJson } from "../fake-deps.ts";
import { person } from "./slack/person.ts";
import { responseUrls } from "./slack/response-url.ts";
import { slack } from "./slack.ts";

let deps: FakeDeps;
let ts: string;
const ANA = "U0ANADUARTE";
const DIRECT = "D0ANADUARTE";
const options = [{ text: { type: "plain_text", text: "in 1 hour" }, value: "3600" }];
const BLOCKS = [
  {
    type: "actions",
    block_id: "about",
    elements: [
      { type: "button", action_id: "approve", text: { type: "plain_text", text: "Approve" }, value: "hash" },
      { type: "static_select", action_id: "later", placeholder: { type: "plain_text", text: "Later" }, options },
    ],
  },
];
const VIEW = {
  type: "modal",
  callback_id: "edit",
  private_metadata: "{}",
  title: { type: "plain_text", text: "Edit" },
  submit: { type: "plain_text", text: "Save" },
  blocks: [
    {
      type: "input",
      block_id: "subject",
      label: { type: "plain_text", text: "Subject" },
      element: { type: "plain_text_input", action_id: "subject", initial_value: "Hello" },
    },
  ],
};

const api = async (method: string, args: unknown) => {
  const headers = { authorization: "Bearer slack-token", "content-type": "application/json; charset=utf-8" };
  const init = { method: "POST", headers, body: JSON.stringify(args) };
  return readJson(await slack(deps).request(`/${method}`, init));
};
const act = async (name: string, body: unknown) => {
  const response = await person(deps).request(`/${name}`, { method: "POST", body: JSON.stringify(body) });
  return { status: response.status, body: await readJson(response) };
};
const click = (action_id: string, option?: string) =>
  act("click", { user: ANA, channel: DIRECT, ts, action_id, option });
const trigger = async (): Promise<string> => (await click("approve")).body.payload.trigger_id;

beforeEach(async () => {
  deps = fakeDeps();
  ts = (await api("chat.postMessage", { channel: ANA, text: "hi", blocks: BLOCKS })).ts;
});

describe("a click", () => {
  it("is told as Slack tells it, with the value of the button or the option", async () => {
    expect((await click("approve")).body.payload).toMatchObject({
      type: "block_actions",
      user: { id: ANA, team_id: "T0DEALWIRE" },
      container: { type: "message", message_ts: ts, channel_id: DIRECT },
      actions: [{ type: "button", block_id: "about", action_id: "approve", value: "hash" }],
    });
    expect((await click("later", "3600")).body.payload.actions).toMatchObject([{ selected_option: { value: "3600" } }]);
  });

  it("needs a button and an option that are there", async () => {
    expect((await click("reject")).status).toBe(404);
    expect((await click("later", "1")).status).toBe(404);
    expect((await act("click", { user: ANA, channel: DIRECT, ts: "1.000000", action_id: "approve" })).status).toBe(404);
    expect((await act("click", {})).status).toBe(400);
  });
});

describe("views.open", () => {
  it("takes a trigger once, within three seconds, and none that it did not give out", async () => {
    const id = await trigger();
    const opened = await api("views.open", { trigger_id: id, view: VIEW });
    expect(opened).toMatchObject({ ok: true, view: { callback_id: "edit", app_id: "A0DEALWIRE" } });
    expect((await api("views.open", { trigger_id: id, view: VIEW })).error).toBe("exchanged_trigger_id");
    expect((await api("views.open", { trigger_id: "1.2.abc", view: VIEW })).error).toBe("invalid_trigger_id");
    const late = await trigger();
    deps.advance(3_001);
    expect((await api("views.open", { trigger_id: late, view: VIEW })).error).toBe("expired_trigger_id");
  });

  it.each([
    ["a title that is too long", { title: { type: "plain_text", text: "x".repeat(25) } }],
    ["metadata that is too long", { private_metadata: "x".repeat(3_001) }],
    ["inputs and no submit", { submit: undefined }],
    [
      "a text that is longer than its field",
      {
        blocks: [{ ...VIEW.blocks[0], element: { type: "plain_text_input", initial_value: "x".repeat(3_001) } }],
      },
    ],
  ])("refuses %s and says where", async (_name, more) => {
    const refused = await api("views.open", { trigger_id: await trigger(), view: { ...VIEW, ...more } });
    expect(refused).toMatchObject({ ok: false, error: "invalid_arguments" });
    expect(refused.response_metadata.messages[0]).toContain("json-pointer");
  });

  it("is followed by a submission of what was typed, and of what was left as it was", async () => {
    const { view } = await api("views.open", { trigger_id: await trigger(), view: VIEW });
    const sent = (values: Record<string, string>, user = ANA) => act("submit", { user, view_id: view.id, values });
    const state = async (values: Record<string, string>) => (await sent(values)).body.payload.view.state.values.subject;
    expect(await state({ subject: "Bye" })).toEqual({ subject: { type: "plain_text_input", value: "Bye" } });
    expect(await state({})).toEqual({ subject: { type: "plain_text_input", value: "Hello" } });
    expect((await sent({ from: "x" })).status).toBe(404);
    expect((await sent({}, "U0BENOKAFOR")).status).toBe(404);
  });
});

describe("a response_url", () => {
  const answer = async (body: unknown) => {
    const url = new URL((await click("approve")).body.payload.response_url);
    const path = url.pathname.replace("/sandbox/slack/actions", "");
    return () => responseUrls(deps).request(path, { method: "POST", body: JSON.stringify(body) });
  };

  it("shows a text to one person, five times and for half an hour", async () => {
    const say = await answer({ response_type: "ephemeral", replace_original: false, text: "no" });
    for (let n = 0; n < 5; n += 1) expect(await (await say()).text()).toBe("ok");
    expect(await readJson(await say())).toMatchObject({ ok: false, error: "used_url" });
    expect(deps.store.list("slack", "ephemerals")).toHaveLength(5);
    const late = await answer({ text: "no" });
    deps.advance(30 * 60_000 + 1);
    expect((await late()).status).toBe(404);
  });

  it("replaces the message when it is asked to, and refuses what says nothing", async () => {
    expect((await (await answer({}))()).status).toBe(400);
    await (await answer({ replace_original: true, text: "done" }))();
    expect(deps.store.get("slack", "messages", `${DIRECT}:${ts}`)).toMatchObject({ text: "done", blocks: null });
  });
});
