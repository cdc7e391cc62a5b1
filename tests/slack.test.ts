// Approvals in Slack, end to end: the card, the click, the dialog, and a decision made elsewhere.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { ANA, dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const [ANA_SLACK, BEN_SLACK, DANA_SLACK] = ["U0ANADUARTE", "U0BENOKAFOR", "U0DANALEE01"];
const BEN = "ben.okafor@northwind.example";
const DANA = "dana.lee@northwind.example";
const SECRET = parseEnv(readFileSync("sandbox/local.env", "utf8")).SLACK_SIGNING_SECRET ?? "";

const pipeline = new Pipeline();
beforeAll(() => pipeline.start());
beforeEach(async () => {
  await pipeline.reset();
  const people = [
    [ANA, "Ana Duarte", "rep", DANA, null],
    [BEN, "Ben Okafor", "rep", DANA, BEN_SLACK],
    [DANA, "Dana Lee", "manager", null, null],
  ];
  for (const person of people) {
    await pipeline.query(
      `INSERT OR REPLACE INTO people (email, name, role, manager_email, slack_user_id, updated_at)
       VALUES (?, ?, ?, ?, ?, '2026-11-21T08:00:00.000Z')`,
      ...person,
    );
  }
});
afterAll(() => pipeline.stop());

type Card = { id: string; channel: string; ts: string; text: string; blocks: unknown };

/** A follow-up of Ana's that waits, and its card. */
async function waiting(dealId: string): Promise<{ action: ActionSnapshot; card: Card }> {
  await putDeal(pipeline, dealId);
  const accepted: Accepted = await (await pipeline.hubspot([dealChange(dealId)])).json();
  const signalId = accepted.signals[0]?.signal_id ?? "";
  const action = await stateOf(signalId, "pending");
  return { action, card: await cardOf(action, "D0ANADUARTE") };
}

const stateOf = (signalId: string, state: ActionSnapshot["state"]) =>
  pipeline.until(`the follow-up ${state}`, async () =>
    (await pipeline.signal(signalId))?.actions.find(
      (each) => each.action.type === "draft_followup" && each.state === state,
    ),
  );
const slack = async (collection: string) => (await pipeline.sandbox("slack")).records[collection] ?? [];
const cardsIn = async (channel: string) =>
  (await slack("messages")).filter((message): message is Card => message.channel === channel);
const cardOf = (snapshot: ActionSnapshot, channel: string) =>
  pipeline.until(`the card in ${channel}`, async () =>
    (await cardsIn(channel)).find(({ blocks }) => JSON.stringify(blocks).includes(snapshot.action.action_id)),
  );
const cardSays = (snapshot: ActionSnapshot, text: string, channel = "D0ANADUARTE") =>
  pipeline.until(`"${text}" on the card`, async () =>
    JSON.stringify((await cardOf(snapshot, channel)).blocks).includes(text),
  );

type Acted = { status: number; answer: string; payload: unknown };
async function click(card: Card, action_id: string, user = ANA_SLACK, option?: string): Promise<Acted> {
  const { channel, ts } = card;
  const response = await pipeline.post("/sandbox/slack/click", { user, channel, ts, action_id, option });
  expect(response.status).toBe(200);
  return response.json();
}
const submit = async (view_id: string, values: Record<string, string>, user = ANA_SLACK): Promise<Acted> =>
  (await pipeline.post("/sandbox/slack/submit", { user, view_id, values })).json();
const dialog = () => pipeline.until("a dialog", async () => (await slack("views")).at(-1));
const told = (text: string) =>
  pipeline.until(`"${text}" said to the person alone`, async () =>
    (await slack("ephemerals")).find((each) => String(each.text).includes(text)),
  );

describe("a card", () => {
  test("is posted to the owner once, approves what it shows, and then says who did", async () => {
    const { action, card } = await waiting("801");
    expect(JSON.stringify(card.blocks)).toContain(action.action.reason);
    expect(await click(card, "approve")).toMatchObject({ status: 200, answer: "" });
    const executed = await stateOf(action.signal_id, "executed");
    expect(executed.released_by).toBe("approval");
    await cardSays(action, `*Approved* by ${ANA} in Slack`);
    const [approved] = await pipeline.query(
      "SELECT actor FROM trail WHERE signal_id = ? AND step = 'approved'",
      action.signal_id,
    );
    expect(JSON.parse(String(approved?.actor))).toEqual({ kind: "person", id: ANA, via: "slack" });
    expect(await cardsIn("D0ANADUARTE")).toHaveLength(1);
    const [person] = await pipeline.query("SELECT slack_user_id FROM people WHERE email = ?", ANA);
    expect(person?.slack_user_id).toBe(ANA_SLACK);
  });

  test("clicked three times at once has one effect and says nothing about it", async () => {
    const { action, card } = await waiting("802");
    // Of the card as it was: once it is painted anew, the stand-in has no such button.
    const { payload } = await click(card, "edit");
    const answers = await Promise.all([1, 2, 3].map(() => approvedAs(payload)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await stateOf(action.signal_id, "executed");
    expect((await pipeline.sandbox("gmail")).records.messages).toHaveLength(1);
    expect(await slack("ephemerals")).toEqual([]);
  });

  test("decides for nobody but the owner and those above", async () => {
    const { action, card } = await waiting("803");
    await click(card, "approve", BEN_SLACK);
    await told("This belongs to Ana Duarte");
    await click(card, "approve", "U0STRANGER");
    await told("I don't know you");
    expect((await stateOf(action.signal_id, "pending")).version).toBe(action.version);
    await pipeline.query("UPDATE people SET slack_user_id = ? WHERE email = ?", DANA_SLACK, DANA);
    await click(card, "approve", DANA_SLACK);
    await stateOf(action.signal_id, "executed");
  });

  test("is true again after a decision on the page, and a click on it from before is refused", async () => {
    const { action, card } = await waiting("804");
    if (action.action.type !== "draft_followup") throw new Error("not a draft");
    const params = { ...action.action.params, subject: "Shorter" };
    const path = `/api/approvals/${action.action.action_id}`;
    const stale = await click(card, "edit");
    await pipeline.post(`${path}/edit`, { content_hash: action.action.content_hash, params });
    await cardSays(action, "Shorter");
    const saved = await submit((await dialog()).id, { subject: "Longer" });
    expect(JSON.parse(saved.answer)).toMatchObject({ response_action: "errors", errors: { to: expect.any(String) } });

    await approvedAs(stale.payload);
    await told("was edited after you opened it");
    expect((await pipeline.sandbox("gmail")).records.messages ?? []).toEqual([]);

    await pipeline.post(`${path}/reject`, { reason: "Spoke to <!channel> & them" });
    await cardSays(action, "Spoke to &lt;!channel&gt; &amp; them");
    expect(JSON.stringify((await cardOf(action, "D0ANADUARTE")).blocks)).not.toContain('"approve"');
  });

  test("follows the action to its new owner", async () => {
    const { action } = await waiting("805");
    await pipeline.post(`/api/approvals/${action.action.action_id}/reassign`, {
      to: { email: BEN, name: "Ben Okafor" },
    });
    await cardSays(action, "Now with Ben Okafor");
    const bens = await cardOf(action, "D0BENOKAFOR");
    await click(bens, "approve", BEN_SLACK);
    await cardSays(action, "*Approved*", "D0BENOKAFOR");
    await cardSays(action, "*Approved*");
  });
});

describe("a dialog", () => {
  test("changes the texts, says what is wrong beside the field, and what is approved is what goes out", async () => {
    const { action, card } = await waiting("806");
    await click(card, "edit");
    const view = await dialog();
    const wrong = await submit(view.id, { to: "not an address" });
    expect(JSON.parse(wrong.answer)).toMatchObject({ errors: { to: expect.any(String) } });
    expect(await submit(view.id, { subject: "Five minutes on Thursday?" })).toMatchObject({ status: 200, answer: "" });
    await cardSays(action, "Five minutes on Thursday?");
    await click(await cardOf(action, "D0ANADUARTE"), "approve");
    await stateOf(action.signal_id, "executed");
    expect(JSON.stringify((await pipeline.sandbox("gmail")).records.messages)).toContain("Five minutes on Thursday?");
  });

  test("rejects with a reason, and a list puts it off", async () => {
    const { action, card } = await waiting("807");
    await click(card, "snooze", ANA_SLACK, "86400");
    const later = await pipeline.until("a later deadline", async () => {
      const now = await stateOf(action.signal_id, "pending");
      return now.due_at !== action.due_at && now;
    });
    expect(Date.parse(later.due_at ?? "")).toBeGreaterThan(Date.now() + 80_000_000);
    await click(card, "reject");
    const view = await dialog();
    expect(JSON.parse((await submit(view.id, {})).answer)).toMatchObject({ response_action: "errors" });
    expect((await submit(view.id, { reason: "Spoke to them yesterday" })).answer).toBe("");
    expect((await stateOf(action.signal_id, "rejected")).note).toContain("Spoke to them yesterday");
  });
});

function signed(body: string, { secret = SECRET, at = Date.now() } = {}): Promise<Response> {
  const timestamp = String(Math.floor(at / 1_000));
  const digest = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
  const headers = { "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${digest}` };
  return pipeline.fetch("/slack/interactions", { method: "POST", headers, body });
}

/** A click on "edit", sent as one on "approve", which carries the same. */
function approvedAs(edit: unknown): Promise<Response> {
  const click = JSON.parse(JSON.stringify(edit));
  click.actions[0].action_id = "approve";
  return signed(new URLSearchParams({ payload: JSON.stringify(click) }).toString());
}

test("what Slack may send besides is acknowledged, and what is forged, old or not Slack's is refused", async () => {
  const names = ["message-button", "ephemeral-state", "home-view", "app-unfurl"].map((name) => `block_actions.${name}`);
  for (const name of [...names, "view_closed", "message_action", "block_suggestion"]) {
    const payload = readFileSync(`tests/payloads/slack/${name}.json`, "utf8");
    const answer = await signed(new URLSearchParams({ payload }).toString());
    expect([name, answer.status, await answer.text()]).toEqual([name, 200, ""]);
  }
  const body = "payload=%7B%22type%22%3A%22view_closed%22%7D";
  expect((await signed(body, { secret: "another" })).status).toBe(401);
  expect((await signed(body, { at: Date.now() - 301_000 })).status).toBe(401);
  const unsigned = await pipeline.fetch("/slack/interactions", { method: "POST", body });
  expect(unsigned.status).toBe(401);
  expect(unsigned.headers.get("content-type")).toContain("application/problem+json");
  expect((await signed("payload=nonsense")).status).toBe(400);
});

test("a card that Slack limited is posted once it may be", async () => {
  await pipeline.faults({ slack: { rate: 1, status: 429, retry_after: 1, times: 1 } });
  const { action } = await waiting("808");
  await cardSays(action, "Sends by itself");
  expect(await cardsIn("D0ANADUARTE")).toHaveLength(1);
});
