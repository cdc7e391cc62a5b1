import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { conformance } from "./conformance.ts";
import type { HookRequest } from "./source.ts";
import { standard } from "./standard.ts";

const FOLDER = `${import.meta.dirname}/../../../tests/payloads/standard-webhooks`;
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const SETTINGS = { STANDARD_WEBHOOKS_SECRETS: SECRET };
const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const bytes = (text: string) => new TextEncoder().encode(text);
const fileOf = (name: string) => readFileSync(`${FOLDER}/${name}`, "utf8");

/** Signed by the reference library, which thereby vouches for our verification. */
async function sign(body: string, nowMs: number, path = "/hooks/standard", secret = SECRET): Promise<HookRequest> {
  const signature = new Webhook(secret).sign("msg_1", new Date(nowMs), body);
  const timestamp = String(Math.floor(nowMs / 1000));
  const headers = new Headers({
    "webhook-id": "msg_1",
    "webhook-timestamp": timestamp,
    "webhook-signature": signature,
  });
  return { method: "POST", url: `https://edge.example.com${path}`, headers, body: bytes(body) };
}

const reference = JSON.parse(fileOf("sig.v1.reference.json"));
const call = {
  type: "call.completed",
  timestamp: "2026-11-21T08:59:00+01:00",
  data: {
    deal_id: "hubspot:332507367156",
    account_id: "hubspot:7",
    competitors: ["Acme"],
    topics: ["pricing"],
    text: "They asked for a discount.",
    score: 80,
    url: "https://calls.example.com/1",
    urgency: "immediate",
    minutes: 31,
    recorded: true,
    nested: { dropped: 1 },
    old_value: null,
  },
};

conformance({
  source: standard,
  settings: SETTINGS,
  key: { name: "STANDARD_WEBHOOKS_SECRETS", other: OTHER },
  sign,
  signsUri: false,
  signsTime: true,
  samples: [
    { name: "event.thin.spec.json", body: fileOf("event.thin.spec.json") },
    { name: "a completed call", body: JSON.stringify(call) },
    { name: "a bare type", body: '{"type":"userSignedUp"}' },
  ],
  redelivered: (body) => body,
  vectors: [
    {
      name: "sig.v1.reference.json",
      request: {
        method: "POST",
        url: "https://edge.example.com/hooks/standard",
        headers: new Headers(reference.headers),
        body: bytes(reference.rawBody),
      },
      settings: { STANDARD_WEBHOOKS_SECRETS: String(reference.secret) },
      nowMs: Number(reference.headers["webhook-timestamp"]) * 1000,
    },
  ],
});

describe("standard webhooks signatures", () => {
  const verify = (request: HookRequest, secrets: string) =>
    standard.verify(request, { STANDARD_WEBHOOKS_SECRETS: secrets }, NOW);

  test.for([`${OTHER} ${SECRET}`, `${OTHER},${SECRET.slice(6)}`, ` ${SECRET}\n`])(
    "any of several secrets may have signed (%s)",
    async (secrets) => {
      expect(await verify(await sign("{}", NOW), secrets)).toEqual({ kind: "ok" });
    },
  );
  test("during a rotation any of several signatures may match, and unknown versions are skipped", async () => {
    const request = await sign("{}", NOW);
    const ours = request.headers.get("webhook-signature");
    request.headers.set("webhook-signature", `v1a,AAAA v1,!! v1 ${ours}`);
    expect(await verify(request, SECRET)).toEqual({ kind: "ok" });
    request.headers.set("webhook-signature", `${ours}`.replace("v1,", "v2,"));
    expect(await verify(request, SECRET)).toMatchObject({ code: "bad_signature" });
  });
  test("the header names of Svix are taken as well", async () => {
    const request = await sign("{}", NOW);
    const headers = new Headers([...request.headers].map(([name, value]) => [name.replace("webhook", "svix"), value]));
    expect(await verify({ ...request, headers }, SECRET)).toEqual({ kind: "ok" });
  });
  test("the id that is read is the one that was signed, though another family names another", async () => {
    const request = await sign("{}", NOW);
    const headers = new Headers([...request.headers].map(([name, value]) => [name.replace("webhook", "svix"), value]));
    headers.set("webhook-id", "msg_forged");
    expect(await verify({ ...request, headers }, SECRET)).toEqual({ kind: "ok" });
    const normalized = standard.normalize('{"type":"a.b"}', { headers, receivedAt: RECEIVED_AT, settings: SETTINGS });
    expect(normalized).toMatchObject({ readings: [{ draft: { identity: ["msg_1"] } }] });
  });
  test("an id with a dot is refused, because it blurs where the signed parts meet", async () => {
    const request = await sign("{}", NOW);
    request.headers.set("webhook-id", "msg.1");
    expect(await verify(request, SECRET)).toMatchObject({ code: "missing_signature" });
  });
  test("the headers printed in the specification are refused without their secret", async () => {
    const headers = JSON.parse(fileOf("header-example.spec.json"));
    const request = { ...(await sign("{}", NOW)), headers: new Headers(headers) };
    const nowMs = Number(headers["webhook-timestamp"]) * 1000;
    expect(await standard.verify(request, SETTINGS, nowMs)).toMatchObject({ code: "bad_signature" });
  });
  test("a secret that is not base64 is a matter of configuration", async () => {
    const verified = await verify(await sign("{}", NOW), "whsec_***");
    expect(verified).toEqual({ kind: "not_configured", reason: expect.stringContaining("STANDARD_WEBHOOKS_SECRETS") });
  });
});

describe("standard webhooks messages", () => {
  const normalize = (message: unknown) =>
    standard.normalize(JSON.stringify(message), {
      headers: new Headers({ "webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,x" }),
      receivedAt: RECEIVED_AT,
      settings: SETTINGS,
    });
  const draft = (message: unknown) => {
    const normalized = normalize(message);
    const [reading] = normalized.ok ? normalized.readings : [];
    return reading?.kind === "signal" ? reading.draft : normalized;
  };

  test("a message that fills in our fields says as much as an adapter of ours", () => {
    expect(draft(call)).toEqual({
      signal_type: "call_complete",
      subject: "hubspot:332507367156",
      deal_id: "hubspot:332507367156",
      contact_id: null,
      account_id: "hubspot:7",
      urgency: "immediate",
      fired_at: "2026-11-21T07:59:00.000Z",
      identity: ["msg_1"],
      payload: {
        event: "call.completed",
        competitors: ["Acme"],
        topics: ["pricing"],
        text: "They asked for a discount.",
        score: 80,
        url: "https://calls.example.com/1",
        facts: { type: "call.completed", minutes: 31, recorded: true },
      },
    });
  });
  test("a message of another system is a custom signal about itself", () => {
    expect(draft(JSON.parse(fileOf("event.thin.spec.json")))).toMatchObject({
      signal_type: "custom",
      subject: "standard:msg_1",
      fired_at: "2022-11-03T20:26:10.344Z",
      payload: { event: "contact.created", facts: { id: "1f81eb52-5198-4599-803e-771906343485" } },
    });
    expect(draft({ type: "ping" })).toMatchObject({ fired_at: RECEIVED_AT, payload: { event: "custom.ping" } });
  });
  test.for([
    ["userSignedUp", "custom.user_signed_up"],
    ["Invoice.PaymentFailed", "invoice.payment_failed"],
    ["io.acme/lead:won", "acme.lead.won"],
    ["🙂", "custom.event"],
    ["x".repeat(200), `custom.${"x".repeat(30)}`],
  ] as const)("the type %s becomes the event %s", ([type, event]) => {
    expect(draft({ type })).toMatchObject({ payload: { event, facts: { type } } });
  });
  test("the sender's own event and signal type win", () => {
    const data = { event: "deal.at_risk", signal_type: "intent" };
    expect(draft({ type: "x", data })).toMatchObject({ signal_type: "intent", payload: { event: "deal.at_risk" } });
  });
  test("leftovers are cut to what a signal may carry", () => {
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`k${index}`, "x".repeat(5_000)]));
    const result = draft({ type: "a.b", data: many });
    const facts = "payload" in result ? result.payload.facts : {};
    expect(Object.keys(facts ?? {})).toHaveLength(51);
    expect(facts).toMatchObject({ k0: "x".repeat(2_000), type: "a.b" });
  });
  test.for([
    [{}, "/type"],
    [{ type: "a.b", timestamp: "yesterday" }, "/timestamp"],
    [{ type: "a.b", data: [] }, "/data"],
    [{ type: "a.b", data: { deal_id: "332507367156" } }, "/data/deal_id"],
    [{ type: "a.b", data: { competitors: ["ok", 7] } }, "/data/competitors/1"],
    [{ type: "a.b", data: { score: 720 } }, "/data/score"],
    [{ type: "a.b", data: { event: "Deal at risk" } }, "/data/event"],
    [[], ""],
    [null, ""],
  ] as const)("%o is refused with the pointer %s", ([message, pointer]) => {
    expect(normalize(message)).toMatchObject({ ok: false, errors: [{ pointer }] });
  });
});
