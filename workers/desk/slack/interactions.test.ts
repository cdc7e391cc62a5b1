import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { DecideCommand, DecideResult } from "#contract/deal.ts";
import { ANA, actionId, BEN, DANA, HASH, NOON, snapshot } from "#web/sample-site.ts";
import type { DealAnswer } from "../deal-client.ts";
import { answerInteraction, type InteractionPorts } from "./interactions.ts";
import { answered, sampleSlack } from "./sample-slack.ts";

const SECRET = "a-signing-secret";
const pending = snapshot(1);
const [ANA_SLACK, BEN_SLACK, DANA_SLACK] = ["U0ANA", "U0BEN", "U0DANA"];

type World = {
  current: typeof pending;
  decide(command: DecideCommand): DealAnswer<DecideResult> | Promise<DealAnswer<DecideResult>>;
};

/** Ana's card is in place. `told` is what people were told alone, `views` the dialogs opened. */
function world({ current = pending, decide }: Partial<World> = {}, changes: Partial<InteractionPorts> = {}) {
  const sample = sampleSlack(() => current);
  sample.accounts.set(ANA, ANA_SLACK);
  sample.cards.set(ANA, { email: ANA, subject: pending.subject, version: 2, channel: "D0ANA", ts: "1.000001" });
  const commands: DecideCommand[] = [];
  const told: string[] = [];
  const views: string[] = [];
  const later: Promise<unknown>[] = [];
  const fetchFake: typeof fetch = async (_input, init) => {
    told.push(JSON.parse(String(init?.body)).text);
    return new Response("ok");
  };
  const ports: InteractionPorts = {
    ...sample.ports,
    slack: {
      ...sample.ports.slack,
      openView: async (_trigger, view) => {
        views.push(JSON.stringify(view));
        return answered(null);
      },
    },
    deal: {
      list: sample.ports.deal.list,
      async decide(_subject, command) {
        commands.push(command);
        const released = { ...current, state: "released", version: 3, released_by: "approval" } as const;
        return decide?.(command) ?? { ok: true, value: { ok: true, snapshot: released } };
      },
    },
    signingSecret: SECRET,
    apiUrl: "https://slack.com/api",
    http: { fetch: fetchFake, now: () => NOON },
    sleep: () => new Promise(() => {}),
    waitUntil: (work) => later.push(work),
    newTraceId: () => "1".repeat(32),
    rejectReasons: ["Wrong person"],
    ...changes,
  };
  const send = async (payload: object | string, secret = SECRET) => {
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    const body = new URLSearchParams({ payload: text }).toString();
    const timestamp = String(NOON / 1_000);
    const digest = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
    const headers = { "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${digest}` };
    const init = { method: "POST", headers, body };
    return answerInteraction(new Request("https://dealwire.example/slack/interactions", init), ports);
  };
  return { ...sample, send, commands, told, views, rest: () => Promise.all(later) };
}

const click = (action_id: string, user = ANA_SLACK, more: object = { value: HASH }) => ({
  type: "block_actions",
  user: { id: user },
  trigger_id: "1.2.abc",
  response_url: "https://hooks.slack.com/actions/T1/2/3",
  actions: [{ type: "button", block_id: actionId(1), action_id, ...more }],
});
const submission = (callback_id: string, values: Record<string, string>, user = ANA_SLACK) => ({
  type: "view_submission",
  user: { id: user },
  view: {
    callback_id,
    private_metadata: JSON.stringify({ action_id: actionId(1), content_hash: HASH }),
    state: { values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { [name]: { value } }])) },
  },
});
const refused = (code: "wrong_state" | "stale_content", change: Parameters<typeof snapshot>[1] = {}) => ({
  decide: (): DealAnswer<DecideResult> => ({
    ok: true,
    value: { ok: false, code, message: `refused: ${code}`, snapshot: snapshot(1, { version: 3, ...change }) },
  }),
});

describe("a click", () => {
  test("approves by the hash on the card, as the person, through Slack, and paints the card at once", async () => {
    const { send, commands, told, messages, rest } = world();
    const answer = await send(click("approve"));
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
    await rest();
    const actor = { kind: "person", id: ANA, via: "slack" };
    expect(commands).toEqual([{ action_id: actionId(1), actor, decision: { kind: "approve", content_hash: HASH } }]);
    expect(messages.get("D0ANA/1.000001")?.blocks).toContain("*Approved*");
    expect(told).toEqual([]);
  });

  test.each([
    ["another rep", BEN_SLACK, "This belongs to Ana Duarte"],
    ["a stranger", "U0STRANGER", "don't know you"],
  ])("of %s decides nothing and says why", async (_name, user, words) => {
    const { send, commands, told, rest } = world();
    expect((await send(click("approve", user))).status).toBe(200);
    await rest();
    expect(commands).toEqual([]);
    expect(told).toEqual([expect.stringContaining(words)]);
  });

  test("of the manager decides", async () => {
    const { send, commands } = world();
    await send(click("approve", DANA_SLACK));
    expect(commands).toMatchObject([{ actor: { id: DANA } }]);
  });

  test("on content that was edited meanwhile says so and paints the card anew", async () => {
    const { send, told, messages, rest } = world(refused("stale_content"));
    await send(click("approve"));
    await rest();
    expect(told).toEqual(["refused: stale_content"]);
    expect(messages.get("D0ANA/1.000001")?.updates).toBe(1);
  });

  test("a second time says nothing to whoever made the first, and who was faster to anybody else", async () => {
    const decided = (id: string) => ({ state: "released", decided_by: { kind: "person", id, via: "slack" } }) as const;
    for (const [by, expected] of [
      [ANA, []],
      [BEN, ["refused: wrong_state"]],
    ] as const) {
      const { send, told, rest } = world(refused("wrong_state", decided(by)));
      await send(click("approve"));
      await rest();
      expect(told).toEqual(expected);
    }
  });

  test("on a list puts it off, and by no other number than a snooze may have", async () => {
    const { send, commands, told, rest } = world();
    await send(click("snooze", ANA_SLACK, { selected_option: { value: "3600" } }));
    await send(click("snooze", ANA_SLACK, { selected_option: { value: "1e99" } }));
    await rest();
    expect(commands.map(({ decision }) => decision)).toEqual([{ kind: "snooze", seconds: 3_600 }]);
    expect(told).toHaveLength(1);
  });

  test("is answered within three seconds when the deal is not, and decides all the same", async () => {
    const { promise, resolve } = Promise.withResolvers<DealAnswer<DecideResult>>();
    const decide = () => promise;
    const { send, messages, rest } = world({ decide }, { sleep: async () => {} });
    expect((await send(click("approve"))).status).toBe(200);
    resolve({ ok: true, value: { ok: true, snapshot: snapshot(1, { state: "released", version: 3 }) } });
    await rest();
    expect(messages.get("D0ANA/1.000001")?.updates).toBe(1);
  });

  test("that meets a database that is down is answered, and the person hears that it is not sure", async () => {
    const people = { identify: () => Promise.reject(new Error("D1_ERROR")) };
    const { send, told, logged, rest } = world({}, { people });
    expect((await send(click("approve"))).status).toBe(200);
    await rest();
    expect(told).toEqual([expect.stringContaining("may have arrived")]);
    expect(logged).toContain("slack_interaction_failed");
  });

  test("opens the dialog with the content as it is, and none on what is decided", async () => {
    const { send, views } = world();
    await send(click("edit"));
    await send(click("reject"));
    expect(views[0]).toContain("Next steps on the platform rollout");
    expect(views[1]).toContain("Wrong person");
    const late = world({ current: snapshot(1, { state: "rejected" }) });
    await late.send(click("edit"));
    await late.rest();
    expect(late.views).toEqual([]);
    expect(late.told).toEqual([expect.stringContaining("decided already")]);
  });
});

describe("a dialog", () => {
  const texts = { to: "Lea <lea@querbus.example>", subject: "Thursday?", body: "Hi" };

  test("saves the texts in the places of the fields and nothing else", async () => {
    const { send, commands } = world();
    const answer = await send(submission("edit", { ...texts, from: "eve@evil.example" }));
    expect(await answer.text()).toBe("");
    expect(commands).toMatchObject([
      { decision: { kind: "edit", content_hash: HASH, params: { subject: "Thursday?", from: ANA } } },
    ]);
  });

  test("says beside the field what is wrong, and under the first what is wrong as a whole", async () => {
    const bad = await world().send(submission("edit", { ...texts, to: "nobody" }));
    expect(await bad.json()).toEqual({ response_action: "errors", errors: { to: expect.any(String) } });
    const stale = await world(refused("stale_content")).send(submission("edit", texts));
    expect(await stale.json()).toEqual({ response_action: "errors", errors: { to: "refused: stale_content" } });
    const foreign = await world().send(submission("edit", texts, BEN_SLACK));
    expect(await foreign.json()).toMatchObject({ errors: { to: expect.stringContaining("belongs to Ana") } });
  });

  test("rejects with what was chosen and written, and not without a word", async () => {
    const { send, commands } = world();
    await send(submission("reject", { choice: "Wrong person", reason: "Ask Lea" }));
    const silent = await send(submission("reject", { reason: "  " }));
    expect(await silent.json()).toMatchObject({ errors: { reason: expect.any(String) } });
    expect(commands.map(({ decision }) => decision)).toEqual([{ kind: "reject", reason: "Wrong person: Ask Lea" }]);
  });

  test("that the deal does not answer in time stays open and says so", async () => {
    const slow = { decide: () => new Promise<DealAnswer<DecideResult>>(() => {}) };
    const { send } = world(slow, { sleep: async () => {} });
    expect(await (await send(submission("edit", texts))).json()).toMatchObject({
      errors: { to: expect.stringContaining("No answer in time") },
    });
  });
});

describe("a request", () => {
  test("that is not signed by our app changes nothing", async () => {
    const { send, commands } = world();
    expect((await send(click("approve"), "another-secret")).status).toBe(401);
    expect(commands).toEqual([]);
  });

  test("is refused with the variable's name where there is no secret to check it by", async () => {
    const answer = await world({}, { signingSecret: "" }).send(click("approve"));
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("SLACK_SIGNING_SECRET");
  });

  test("about something else is acknowledged, and one that is none is refused", async () => {
    const { send, commands } = world();
    for (const payload of [
      { type: "view_closed" },
      { ...click("approve"), actions: [{ block_id: "=qXel", action_id: "WaXA", value: "click_me_123" }] },
      { ...submission("edit", {}), view: { ...submission("edit", {}).view, private_metadata: "{}" } },
    ]) {
      expect((await send(payload)).status).toBe(200);
    }
    expect((await send("[]")).status).toBe(400);
    expect(commands).toEqual([]);
  });
});
