import { describe, expect, test } from "vitest";
import type { CallFailure } from "#runtime/http.ts";
import { ANA, BEN, DANA, snapshot } from "#web/sample-site.ts";
import { showCards, updateCards } from "./cards.ts";
import { sampleSlack } from "./sample-slack.ts";

const pending = snapshot(1);
const approved = snapshot(1, {
  state: "released",
  version: 3,
  released_by: "approval",
  decided_by: { kind: "person", id: ANA, via: "page" },
});
const ben = { id: "hubspot:102", name: "Ben Okafor", email: BEN, time_zone: null, manager: null };
const limited: CallFailure = {
  kind: "unavailable",
  status: 429,
  retryAfterSeconds: 30,
  reason: "ratelimited",
  effectUnknown: false,
};
const silent: CallFailure = { kind: "no_answer", reason: "timed out" };

describe("a card", () => {
  test("is posted once, however often its notice is told, and its reader is looked up once", async () => {
    const { ports, messages, accounts, cards } = sampleSlack(() => pending);
    for (const attempt of [1, 1, 2]) expect(await showCards(pending, attempt, ports)).toMatchObject({ kind: "done" });
    expect([...messages.keys()]).toEqual(["D0ANA/1.000001"]);
    expect(accounts.get(ANA)).toBe("U0ANA");
    expect(cards.get(ANA)).toMatchObject({ version: 2, subject: pending.subject });
  });

  test("that Slack limits is posted when it may be", async () => {
    const { ports, messages } = sampleSlack(() => pending, { postMessage: [limited] });
    expect(await showCards(pending, 1, ports)).toMatchObject({ kind: "retry", afterSeconds: 30 });
    expect(await showCards(pending, 2, ports)).toMatchObject({ kind: "done" });
    expect(messages.size).toBe(1);
  });

  test("that may have been posted is asked for and not posted again", async () => {
    const { ports, messages, cards } = sampleSlack(() => pending, { postMessage: [silent] });
    expect(await showCards(pending, 1, ports)).toMatchObject({ kind: "retry" });
    expect(await showCards(pending, 2, ports)).toMatchObject({ kind: "done" });
    expect(messages.size).toBe(1);
    expect(cards.get(ANA)).toMatchObject({ ts: "1.000001", version: 2 });
  });

  test("that another run is posting is waited for", async () => {
    const { ports, messages, cards } = sampleSlack(() => pending);
    cards.set(ANA, { email: ANA, subject: pending.subject, version: 0, channel: "D0ANA", ts: "" });
    expect(await showCards(pending, 1, ports)).toMatchObject({ kind: "retry", afterSeconds: 5 });
    expect(messages.size).toBe(0);
  });

  test("is not born stale: what was told late is asked of the deal first", async () => {
    const { ports, messages } = sampleSlack(() => approved);
    expect(await showCards(pending, 2, ports)).toMatchObject({ kind: "done" });
    expect(messages.size).toBe(0);
  });

  test("follows every later version, and an earlier one changes nothing", async () => {
    const { ports, messages } = sampleSlack(() => pending);
    await showCards(pending, 1, ports);
    await showCards(approved, 1, ports);
    await showCards(pending, 1, ports);
    const [card] = messages.values();
    expect(card).toMatchObject({ updates: 1, blocks: expect.stringContaining("*Approved*") });
  });

  test("that was painted by two runs at once shows the newest in the end", async () => {
    const { ports, messages } = sampleSlack(() => approved);
    await ports.store.claim("", { email: ANA, subject: pending.subject, channel: "D0ANA" });
    await ports.store.posted("", ANA, "1.000001", 1);
    const slow = { ...ports, store: { ...ports.store, painted: async () => false } };
    await updateCards(pending, slow);
    expect([...messages.values()][0]?.blocks).toContain("*Approved*");
  });

  test("goes to the manager, too, once it was escalated", async () => {
    const escalated = snapshot(1, { version: 3, escalated_to: { id: "hubspot:9", name: "Dana Lee", email: DANA } });
    const { ports, messages } = sampleSlack(() => escalated);
    await showCards(escalated, 1, ports);
    expect([...messages.keys()]).toEqual(["D0ANA/1.000001", "D0DANA/2.000001"]);
  });

  test("of what nobody owns goes to the operators, and says who has it once they gave it to somebody", async () => {
    const unowned = snapshot(1, { action: { owner: null } });
    const given = snapshot(1, { version: 3, action: { owner: ben } });
    let current = unowned;
    const { ports, messages } = sampleSlack(() => current);
    await showCards(unowned, 1, ports);
    expect([...messages.keys()]).toEqual(["D0OLA/1.000001"]);
    expect(messages.get("D0OLA/1.000001")?.blocks).toContain('"approve"');
    current = given;
    await showCards(given, 1, ports);
    expect(messages.get("D0OLA/1.000001")?.blocks).toContain("Now with Ben Okafor.");
    expect(messages.get("D0BEN/2.000001")?.blocks).toContain('"approve"');
  });

  test("of the earlier owner says who has it now", async () => {
    const handedOver = snapshot(1, { version: 3, action: { owner: ben } });
    let current = pending;
    const { ports, messages } = sampleSlack(() => current);
    await showCards(pending, 1, ports);
    current = handedOver;
    await showCards(handedOver, 1, ports);
    expect(messages.get("D0ANA/1.000001")?.blocks).toContain("Now with Ben Okafor.");
    expect(messages.get("D0BEN/2.000001")?.blocks).toContain('"approve"');
  });

  test("that somebody deleted is not missed", async () => {
    const deleted: CallFailure = { kind: "not_found", reason: "message_not_found" };
    const { ports, cards } = sampleSlack(() => approved, { updateMessage: [deleted] });
    cards.set(ANA, { email: ANA, subject: pending.subject, version: 2, channel: "D0ANA", ts: "1.000001" });
    expect(await showCards(approved, 1, ports)).toMatchObject({ kind: "done" });
    expect(cards.get(ANA)?.version).toBe(3);
  });
});

describe("there is no card", () => {
  test("for somebody who is not one of the people, or not in Slack", async () => {
    const stranger = { ...ben, email: "someone@elsewhere.example" };
    const theirs = snapshot(1, { action: { owner: stranger } });
    const { ports, messages, logged } = sampleSlack(() => theirs);
    expect(await showCards(theirs, 1, ports)).toMatchObject({ kind: "done" });
    const absent: CallFailure = { kind: "not_found", reason: "users_not_found" };
    const other = sampleSlack(() => pending, { userByEmail: [absent] });
    expect(await showCards(pending, 1, other.ports)).toMatchObject({ kind: "done" });
    expect([messages.size, other.messages.size]).toEqual([0, 0]);
    expect([...logged, ...other.logged]).toEqual(["no_card", "no_card"]);
  });

  test("and a dead letter that names the variable when the token is not taken", async () => {
    const refused: CallFailure = { kind: "credentials", status: 200, reason: "invalid_auth" };
    const { ports } = sampleSlack(() => pending, { userByEmail: [refused] });
    const outcome = await showCards(pending, 1, ports);
    expect(outcome).toMatchObject({
      kind: "reject",
      code: "credentials",
      reason: expect.stringContaining("SLACK_BOT_TOKEN"),
    });
  });
});
