// Resend, Teams and the webhook receiver, as a client sees them.
import { Webhook } from "standardwebhooks";
import { beforeEach, describe, expect, it } from "vitest";
import { type FakeDeps, fakeDeps, readJson } from "../fake-deps.ts";
import type { System } from "./registry.ts";
import { resendSystem } from "./resend.ts";
import { teamsSystem } from "./teams.ts";
import { webhookSystem } from "./webhook.ts";

let deps: FakeDeps;
beforeEach(() => {
  deps = fakeDeps();
});
const request = async (
  system: System,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
) => {
  const response = await system.mounts[0]
    ?.app(deps)
    .request(path, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = (await response?.clone().text()) ?? "";
  const json = response === undefined || text === "" ? null : await readJson(response);
  return { status: response?.status, headers: response?.headers, body: json };
};

describe("Resend", () => {
  const MAIL = {
    from: "Ana Duarte <ana@northwind.example>",
    to: "maton@querbus.example",
    subject: "Next step",
    text: "Hello",
  };
  const send = async (more: Record<string, unknown> = {}, headers: Record<string, string> = {}) => {
    // Two a second is all it takes.
    deps.advance(1_000);
    const usual = { authorization: "Bearer resend-key", "content-type": "application/json" };
    return await request(
      resendSystem,
      "POST",
      "/emails",
      { ...usual, ...headers },
      JSON.stringify({ ...MAIL, ...more }),
    );
  };
  const sent = () => deps.store.list("resend", "emails");

  it("sends once for a key: the same body answers the same id, another is refused", async () => {
    const key = { "idempotency-key": "act_1" };
    const first = await send({}, key);
    expect((await send({}, key)).body).toEqual(first.body);
    expect(await send({ subject: "Other" }, key)).toMatchObject({
      status: 409,
      body: { name: "invalid_idempotent_request" },
    });
    expect(sent()).toHaveLength(1);
  });

  it("forgets a key after 24 hours", async () => {
    await send({}, { "idempotency-key": "act_1" });
    deps.advance(24 * 3_600_000);
    await send({}, { "idempotency-key": "act_1" });
    expect(sent()).toHaveLength(2);
  });

  it.each([
    [422, "validation_error", { subject: undefined }, {}],
    [422, "missing_required_field", { text: undefined }, {}],
    [422, "validation_error", { to: "nobody" }, {}],
    [422, "validation_error", { to: Array(51).fill(MAIL.to) }, {}],
    [403, "validation_error", { from: "ana@elsewhere.example" }, {}],
    [400, "invalid_idempotency_key", {}, { "idempotency-key": "x".repeat(257) }],
    [401, "missing_api_key", {}, { authorization: "" }],
    [403, "invalid_api_key", {}, { authorization: "Bearer x" }],
  ])("answers %i %s to %j with %j", async (status, name, more, headers) => {
    expect(await send(more, headers)).toMatchObject({ status, body: { name } });
    expect(sent()).toEqual([]);
  });

  it("cancels only what is scheduled", async () => {
    const now = await send();
    const later = await send({ scheduled_at: "2026-11-22T08:00:00Z" });
    const cancel = async (id: string) => {
      deps.advance(1_000);
      return await request(resendSystem, "POST", `/emails/${id}/cancel`, { authorization: "Bearer resend-key" });
    };
    expect((await cancel(now.body.id)).status).toBe(422);
    expect((await cancel(later.body.id)).status).toBe(200);
    expect((await cancel("nothing")).status).toBe(404);
  });

  it("takes two requests a second", async () => {
    await send();
    const read = () => request(resendSystem, "GET", "/emails/x", { authorization: "Bearer resend-key" });
    expect((await read()).status).toBe(404);
    expect(await read()).toMatchObject({ status: 429, body: { name: "rate_limit_exceeded" } });
  });
});

describe("Teams", () => {
  const PATH = "/workflows/deals/triggers/manual/paths/invoke";
  const card = (text: string) => ({
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: { type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text }] },
      },
    ],
  });
  const post = (body: unknown, query = "?api-version=1&sig=teams-sig", path = PATH) =>
    request(teamsSystem, "POST", `${path}${query}`, { "content-type": "application/json" }, JSON.stringify(body));

  it("takes an adaptive card with 202 and no body, and shows its text", async () => {
    expect(await post(card("Deal at risk"))).toMatchObject({ status: 202, body: null });
    expect(teamsSystem.section?.items(deps)).toMatchObject([{ text: "Deal at risk" }]);
  });

  it("refuses a wrong signature, an unknown workflow, what is no card, and more than 28 KB", async () => {
    const answers = [
      await post(card("x"), "?sig=other"),
      await post(card("x"), "?sig=teams-sig", PATH.replace("deals", "wins")),
      await post({ text: "x" }),
      await post(card("x".repeat(28 * 1_024))),
      await post(card("the rate counts every request")),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 404, 400, 413, 202]);
  });

  it("takes four a second", async () => {
    for (let n = 0; n < 4; n += 1) await post(card("x"));
    const refused = await post(card("x"));
    expect([refused.status, refused.headers?.get("retry-after")]).toEqual([429, "1"]);
  });
});

describe("the webhook receiver", () => {
  const send = (id: string, body: string, secret = deps.secrets.alertWebhookSecret, at = new Date()) =>
    request(
      webhookSystem,
      "POST",
      "/",
      {
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
        "webhook-signature": new Webhook(secret).sign(id, at, body),
      },
      body,
    );

  it("takes an id once and counts how often it came", async () => {
    expect((await send("msg_1", '{"text":"hi"}')).body).toEqual({ duplicate: false });
    expect(await send("msg_1", '{"text":"hi"}')).toMatchObject({ status: 200, body: { duplicate: true } });
    expect(deps.store.get("webhook", "deliveries", "msg_1")).toMatchObject({ payload: { text: "hi" }, deliveries: 2 });
  });

  it("refuses another key, an old timestamp, no JSON and more than 20 KB", async () => {
    const other = "whsec_Fm+aV0XvgOvCJeIFeDcOo+qyp5KHRWK/fSeVYONSQPU=";
    const secret = deps.secrets.alertWebhookSecret;
    const answers = [
      await send("msg_1", "{}", other),
      await send("msg_1", "{}", secret, new Date(Date.now() - 600_000)),
      await send("msg_1", "no json"),
      await send("msg_1", JSON.stringify("x".repeat(20 * 1_024))),
      await request(webhookSystem, "POST", "/", {}, "{}"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 400, 413, 401]);
    expect(deps.store.list("webhook", "deliveries")).toEqual([]);
  });
});
