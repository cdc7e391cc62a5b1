import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ActionContent } from "#contract/action.ts";
import { ANA, actionId, BEN, DANA, HASH, MAIL, OLA, SIGNAL_ID, snapshot } from "#web/sample-site.ts";
import { askedOf, cardOf } from "./card.ts";

const URL = "https://dealwire.example";
const LINK = `${URL}/link/token`;
const shown = (given: Parameters<typeof snapshot>[1] = {}, email = ANA, url = URL) =>
  JSON.stringify(cardOf(snapshot(1, given), email, url, LINK).blocks);
const mail = (params: Partial<typeof MAIL.params>): ActionContent => ({
  ...MAIL,
  params: { ...MAIL.params, ...params },
});

describe("a card that asks", () => {
  test("shows what goes out, to whom, why and when, and its buttons name the action and the hash", () => {
    const { text, blocks } = cardOf(snapshot(1), ANA, URL, LINK);
    const all = JSON.stringify(blocks);
    for (const part of [
      "*Follow-up e-mail* · Querbus – platform rollout",
      "No activity for 14 days, and the deal closes in 12.",
      "Lea Brandt &lt;lea.brandt@querbus.example&gt;",
      "*Subject:* Next steps on the platform rollout",
      "it has been two weeks",
      "*Sends by itself* <!date^1795276800^",
      "A sent mail can't be taken back",
      `${URL}/approvals/${actionId(1)}`,
    ]) {
      expect(all).toContain(part);
    }
    expect(text).toBe(
      "Follow-up e-mail for Querbus – platform rollout: No activity for 14 days, and the deal closes in 12.",
    );
    expect(blocks.at(-1)).toMatchObject({
      type: "actions",
      block_id: actionId(1),
      elements: [
        { action_id: "approve", value: HASH },
        { action_id: "edit" },
        { action_id: "reject" },
        { action_id: "snooze" },
        { action_id: "open" },
      ],
    });
  });

  test("says what happened around the deal before", () => {
    const seen = { signal_id: SIGNAL_ID, event: "page.viewed", fired_at: "2026-11-19T12:00:00.000Z" };
    expect(shown({ action: { recent_signals: [seen, { ...seen, event: "call.completed" }] } })).toContain(
      "Lately: page viewed, call completed",
    );
    expect(shown()).not.toContain("Lately");
  });

  test("has no approve button when it can't show the whole text, and sends to the page for it", () => {
    const long = mail({ body: "word ".repeat(3_900) });
    const all = shown({ content: long });
    expect(all).not.toContain('"approve"');
    expect(all).toContain("Open it to read all of it");
    expect(all).toContain(`/approvals/${actionId(1)}/edit`);
    expect(all).toContain(`"open_link","text":{"type":"plain_text","text":"Read it to approve"},"url":"${LINK}"`);
    expect(shown()).not.toContain(LINK);
  });

  test("says what holds it back, and that it waits or expires where it does not run by itself", () => {
    const held = { reason: "paused for all: quarter end", until: null };
    expect(shown({ held })).toContain("Held back: paused for all: quarter end");
    const approval = (on_timeout: "expire" | "wait") => ({
      action: { approval: { ttl_seconds: 60, on_timeout, escalate_before_seconds: 0 } },
    });
    expect(shown(approval("expire"))).toContain("*Expires*");
    expect(shown(approval("wait"))).toContain("Waits until somebody decides");
  });

  test("has no links where the desk has no address", () => {
    expect(shown({}, ANA, "")).not.toContain('"url"');
  });

  test("can't be made to mention, to link or to show a field that is not there", () => {
    const all = shown({
      subject_name: "<!channel> & <https://evil.example|Querbus>",
      content: mail({ to: [{ email: "x@evil.example", name: "Lea\n*Subject:* harmless" }], body: "<@U1> <!here>" }),
    });
    expect(all).not.toMatch(/<(?!!date)/);
    expect(all).toContain("Lea *Subject:* harmless &lt;x@evil.example&gt;");
  });

  test("keeps to Slack's limits whatever it is about", () => {
    const text = (maxLength: number) =>
      fc
        .string({ unit: fc.constantFrom("&", "<", "a", "😀", "\n"), minLength: 1, maxLength })
        .map((each) => `x${each}`);
    const property = fc.property(text(900), text(450), text(15_000), (reason, subject, body) => {
      const { blocks } = cardOf(snapshot(1, { action: { reason }, content: mail({ subject, body }) }), ANA, URL, LINK);
      expect(blocks.length).toBeLessThanOrEqual(50);
      for (const [part] of JSON.stringify(blocks).matchAll(/"text":"(?:[^"\\]|\\.)*"/g)) {
        expect(JSON.parse(`{${part}}`).text.length).toBeLessThanOrEqual(3_000);
      }
    });
    fc.assert(property, { numRuns: 25 });
  });
});

describe("a card that asks no more", () => {
  const by = (via: "slack" | "page") => ({ kind: "person", id: BEN, via }) as const;

  test.each([
    [
      "approved",
      { state: "released", released_by: "approval", decided_by: by("page") },
      `*Approved* by ${BEN} on the page.`,
    ],
    ["rejected", { state: "rejected", decided_by: by("slack"), note: "<!here> no" }, "in Slack.\\n&lt;!here&gt; no"],
    ["run by itself", { state: "released", released_by: "timeout" }, "nobody decided in time"],
    ["expired", { state: "expired" }, "*Expired*"],
    ["superseded", { state: "superseded", note: "the deal closed" }, "*Superseded*.\\nthe deal closed"],
  ] as const)("says how it was %s and has no buttons but the link", (_name, fields, words) => {
    const all = shown(fields);
    expect(all).toContain(words);
    expect(all).not.toMatch(/"action_id":"(approve|edit|reject|snooze)"/);
  });

  test("tells the earlier owner who has it now", () => {
    expect(shown({}, BEN)).toContain("Now with Ana Duarte.");
  });

  test("asks to look where nobody knows whether it happened", () => {
    const all = shown({ state: "unknown", error: "no answer from Gmail" });
    expect(all).toContain("no answer from Gmail");
    expect(all).toContain("say on the page whether it did");
  });
});

test("the owner is asked, the manager once it was escalated, the operators where nobody owns it, and nobody when it is decided", () => {
  const escalated_to = { id: "hubspot:9", name: "Dana Lee", email: DANA.toUpperCase() };
  expect(askedOf(snapshot(1), [OLA])).toEqual([ANA]);
  expect(askedOf(snapshot(1, { escalated_to }), [OLA])).toEqual([ANA, DANA]);
  expect(askedOf(snapshot(1, { action: { owner: null } }), [OLA])).toEqual([OLA]);
  expect(askedOf(snapshot(1, { state: "released" }), [OLA])).toEqual([]);
});
