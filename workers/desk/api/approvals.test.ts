import { describe, expect, test } from "vitest";
import type { DecideResult } from "#contract/deal.ts";
import { ANA, actionId, BEN, browser, DANA, HASH, MAIL, NOON, ORIGIN, snapshot } from "#web/sample-site.ts";
import type { DealAnswer } from "../deal-client.ts";
import { sampleDesk } from "../sample-desk.ts";

const ID = actionId(1);
type Desk = ReturnType<typeof sampleDesk>["desk"];

async function decide(desk: Desk, verb: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await desk.request(`${ORIGIN}/api/approvals/${ID}/${verb}`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });
  const answer: Record<string, unknown> = await response.json();
  return { status: response.status, headers: response.headers, body: answer };
}

describe("a decision", () => {
  test.each([
    ["approve", { content_hash: HASH }, { kind: "approve", content_hash: HASH }],
    ["reject", { reason: " Too early " }, { kind: "reject", reason: "Too early" }],
    ["edit", { content_hash: HASH, params: MAIL.params }, { kind: "edit", content_hash: HASH, params: MAIL.params }],
    ["snooze", { seconds: 3_600 }, { kind: "snooze", seconds: 3_600 }],
    ["snooze", { until: new Date(NOON + 90_500).toISOString() }, { kind: "snooze", seconds: 91 }],
    [
      "reassign",
      { to: { email: BEN, name: "Ben" } },
      { kind: "reassign", to: { email: BEN, name: "Ben", id: `email:${BEN}` } },
    ],
    [
      "escalate",
      { to: { email: DANA, name: "Dana" } },
      { kind: "escalate", to: { email: DANA, name: "Dana", id: `email:${DANA}` } },
    ],
    ["undo", {}, { kind: "undo", reason: null }],
  ])("to %s reaches the Deal object with who decided and how", async (verb, body, decision) => {
    const { desk, commands } = sampleDesk({ actions: [snapshot(1)] });
    const answer = await decide(desk, verb, body);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ action: { state: "released", action: { action_id: ID } } });
    const actor = { kind: "person", id: "operator@localhost", via: "api" };
    expect(commands).toEqual([{ action_id: ID, actor, decision }]);
  });

  test.each([
    ["approve", { content_hash: "abc" }, "/content_hash"],
    ["reject", { reason: "  " }, "/reason"],
    ["reject", {}, "/reason"],
    ["snooze", { seconds: 5 }, "/seconds"],
    ["snooze", { until: "2020-01-01T00:00:00.000Z" }, "/seconds"],
    ["reassign", { to: { email: "nobody", name: "N" } }, "/to/email"],
    ["escalate", {}, "/to"],
    ["edit", { content_hash: HASH, params: { ...MAIL.params, to: [] } }, "/params/to"],
  ])("to %s with %j is a 422 that points to %s, and reaches nobody", async (verb, body, pointer) => {
    const { desk, commands } = sampleDesk({ actions: [snapshot(1)] });
    const answer = await decide(desk, verb, body);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ errors: [{ pointer }] });
    expect(commands).toEqual([]);
  });

  test("that is no JSON is a 400", async () => {
    expect((await decide(sampleDesk().desk, "approve", "{")).status).toBe(400);
  });
});

describe("a refusal", () => {
  const refusing = (answer: DealAnswer<DecideResult>) => sampleDesk({ actions: [snapshot(1)], decide: () => answer });
  const now = snapshot(1, { state: "rejected" });

  test.each([
    ["not_found", 404, null],
    ["wrong_state", 409, now],
    ["stale_content", 409, now],
    ["invalid_params", 422, now],
    ["not_available", 501, now],
  ] as const)("of the Deal object, %s, is a %i with the action as it is now", async (code, status, current) => {
    const { desk } = refusing({ ok: true, value: { ok: false, code, message: "Because.", snapshot: current } });
    const answer = await decide(desk, "approve", { content_hash: HASH });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({ detail: "Because.", correlation_id: "f".repeat(32) });
    expect(answer.body.snapshot).toEqual(current ?? undefined);
  });

  test.each(["overloaded", "unreachable"] as const)("because it is %s asks to come again", async (code) => {
    const answer = await decide(refusing({ ok: false, code, reason: "internal" }).desk, "approve", {
      content_hash: HASH,
    });
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(JSON.stringify(answer.body)).not.toContain("internal");
  });

  test("of an action that the read model does not know yet says that it may take a few seconds", async () => {
    const answer = await decide(sampleDesk().desk, "approve", { content_hash: HASH });
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ detail: expect.stringContaining("few seconds") });
  });
});

describe("whose decision it is", () => {
  const actionOf = (owner: { name: string; email: string | null } | null) =>
    snapshot(1, {
      action: { owner: owner === null ? null : { id: "hubspot:9", ...owner, time_zone: null, manager: null } },
    });

  test("another rep's action is theirs: 403, and it says whose", async () => {
    const { desk, commands } = sampleDesk({ actions: [actionOf({ name: "Ben Okafor", email: BEN })] });
    const answer = await decide(desk, "approve", { content_hash: HASH }, await browser(ANA));
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ detail: expect.stringContaining(`Ben Okafor (${BEN})`) });
    expect(commands).toEqual([]);
  });

  test.each([
    ["their own, whatever the case of its letters", { name: "Ana", email: ANA.toUpperCase() }],
    ["nobody's", null],
    ["that of an owner without an address", { name: "Ana", email: null }],
  ])("a rep decides on %s", async (_name, owner) => {
    const { desk } = sampleDesk({ actions: [actionOf(owner)] });
    expect((await decide(desk, "approve", { content_hash: HASH }, await browser(ANA))).status).toBe(200);
  });

  test("the owner is who the Deal object says, not who the read model still says", async () => {
    const reassigned = actionOf({ name: "Ben Okafor", email: BEN });
    const { desk } = sampleDesk({ actions: [snapshot(1)], now: new Map([[ID, reassigned]]) });
    expect((await decide(desk, "approve", { content_hash: HASH }, await browser(ANA))).status).toBe(403);
    expect((await decide(desk, "approve", { content_hash: HASH }, await browser(BEN))).status).toBe(200);
  });
});

describe("the list", () => {
  const actions = [snapshot(1), snapshot(2, { action: { owner: null } }), snapshot(3, { state: "executed" })];
  const list = async (query: string, headers: Record<string, string> = {}) => {
    const response = await sampleDesk({ actions }).desk.request(`${ORIGIN}/api/approvals${query}`, { headers });
    return { status: response.status, etag: response.headers.get("etag"), body: await response.text() };
  };
  const idsOf = (body: string) => body.match(/"action_id":"act_(.)/g)?.map((text) => text.at(-1));

  test("is what waits, by owner where one is asked for", async () => {
    expect(idsOf((await list("")).body)).toEqual(["b", "c"]);
    expect(idsOf((await list(`?owner=${ANA}`)).body)).toEqual(["b"]);
    expect(idsOf((await list("?owner=me", await browser(BEN))).body)).toEqual(["c"]);
    expect(idsOf((await list("?state=executed")).body)).toEqual(["d"]);
  });

  test("has an ETag, so that an open page asks cheaply whether anything changed", async () => {
    const { etag } = await list("");
    expect((await list("", { "if-none-match": etag ?? "" })).status).toBe(304);
    expect((await list("?limit=1", { "if-none-match": etag ?? "" })).status).toBe(200);
  });

  test.each(["?state=gone", "?limit=0", "?limit=101", "?limit=x", "?cursor=yesterday", "?owner=nobody"])(
    "refuses %s and names the parameter",
    async (query) => {
      const { status, body } = await list(query);
      expect(status).toBe(400);
      expect(JSON.parse(body).errors[0].pointer).toBe(`/${query.slice(1).split("=")[0]}`);
    },
  );
});
