// What people decide, and what they are told when they can't.
import { describe, expect, it } from "vitest";
import { contentHash } from "#contract/content-hash.ts";
import type { Decision } from "#contract/deal.ts";
import { type DealState, EMPTY_DEAL } from "./deal-state.ts";
import { decide, prepareEdit } from "./decide.ts";
import { propose } from "./propose.ts";
import {
  ANA,
  actionId,
  BEN,
  HASH,
  iso,
  NOON,
  recordIn,
  SUBJECT,
  sampleAction,
  samplePlan,
  WAITS,
} from "./sample-plan.ts";

const pending = propose(EMPTY_DEAL, samplePlan(1, [sampleAction(1, { approval: WAITS })]), SUBJECT, NOON).change?.deal;

async function when(decision: Decision, deal: DealState = pending ?? EMPTY_DEAL, action = 1) {
  const command = { action_id: actionId(action), actor: ANA, decision };
  return decide(deal, command, await prepareEdit(deal, command), NOON);
}

const newWords = { channel: null, text: "Better words", url: null, to_email: null, thread_key: null };

describe("a decision", () => {
  it("approves what the person saw and releases it once", async () => {
    const first = await when({ kind: "approve", content_hash: HASH });
    expect(first.result).toMatchObject({ ok: true, snapshot: { state: "released", released_by: "approval" } });
    expect(first.change?.news).toMatchObject([{ step: "approved", publishRelease: true, actor: ANA }]);
    const second = await when({ kind: "approve", content_hash: HASH }, first.change?.deal);
    expect(second).toMatchObject({
      change: null,
      result: { ok: false, code: "wrong_state", snapshot: { state: "released" } },
    });
  });

  it("does not approve what was edited since", async () => {
    const edited = await when({ kind: "edit", content_hash: HASH, params: newWords });
    expect(edited.result).toMatchObject({ ok: true, snapshot: { state: "pending", action: { params: newWords } } });
    const stale = await when({ kind: "approve", content_hash: HASH }, edited.change?.deal);
    expect(stale).toMatchObject({ change: null, result: { ok: false, code: "stale_content" } });
    const hash = await contentHash({ type: "send_alert", target: "slack", params: newWords });
    expect((await when({ kind: "approve", content_hash: hash }, edited.change?.deal)).result.ok).toBe(true);
  });

  it("refuses an edit of something that was edited since, and one that was prepared before that", async () => {
    const command = {
      action_id: actionId(1),
      actor: ANA,
      decision: { kind: "edit", content_hash: HASH, params: newWords },
    } as const;
    const prepared = await prepareEdit(pending ?? EMPTY_DEAL, command);
    const other = await when({ kind: "edit", content_hash: HASH, params: { ...newWords, text: "Other" } });
    const late = decide(other.change?.deal ?? EMPTY_DEAL, command, prepared, NOON);
    expect(late.result).toMatchObject({ ok: false, code: "stale_content" });
  });

  it("says where an edit is wrong", async () => {
    const { result, change } = await when({ kind: "edit", content_hash: HASH, params: { ...newWords, text: " " } });
    expect(change).toBeNull();
    expect(result).toMatchObject({ code: "invalid_params", message: expect.stringMatching(/^\/params\/text: /) });
  });

  it("refuses an edit that would not fit on a queue", async () => {
    const to = [{ email: "kim@acme.test", name: null }];
    const params = {
      from: "ana@dealwire.test",
      to,
      subject: "Hi",
      body: "\u0001".repeat(19_000),
      thread_id: null,
      deliver: "send",
    } as const;
    const mail = { ...sampleAction(2, { approval: WAITS }), type: "draft_followup", target: "gmail", params } as const;
    const deal = propose(EMPTY_DEAL, samplePlan(2, [mail]), SUBJECT, NOON).change?.deal;
    const { result } = await when({ kind: "edit", content_hash: HASH, params }, deal, 2);
    expect(result).toMatchObject({ code: "invalid_params", message: expect.stringContaining("64000") });
  });

  it("knows a new owner by address when no system knows them", async () => {
    const to = { id: "", name: "Ben", email: "ben@dealwire.test" };
    const { result } = await when({ kind: "reassign", to });
    expect(result).toMatchObject({ snapshot: { action: { owner: { id: "email:ben@dealwire.test" } } } });
  });

  it("on an action that is not here answers not_found", async () => {
    const { result } = await when({ kind: "reject", reason: "no" }, pending, 9);
    expect(result).toMatchObject({ ok: false, code: "not_found", snapshot: null });
  });

  it("to undo what did not happen is refused", async () => {
    const { result } = await when({ kind: "undo", reason: null });
    expect(result).toMatchObject({ ok: false, code: "wrong_state", message: expect.stringContaining("executed") });
  });

  it.each<Decision>([
    { kind: "approve", content_hash: HASH },
    { kind: "reject", reason: "no" },
    { kind: "edit", content_hash: HASH, params: newWords },
    { kind: "snooze", seconds: 3600 },
    { kind: "reassign", to: BEN },
    { kind: "escalate", to: BEN },
  ])("is on record with who, how, from which state and on which content: $kind", async (decision) => {
    const { change } = await when(decision);
    const after = change?.changed[0]?.snapshot.action.content_hash;
    const edited = decision.kind === "edit" ? { new_content_hash: after } : {};
    expect(change?.news[0]).toMatchObject({
      actor: { id: "ana@dealwire.test", via: "page" },
      data: { action_id: actionId(1), from: "pending", content_hash: HASH, ...edited },
    });
  });

  it("to settle and to undo is on record in the same way", () => {
    const settle = { kind: "settle", happened: true, note: null } as const;
    const undo = { kind: "undo", reason: null } as const;
    for (const [state, decision] of [["unknown", settle] as const, ["executed", undo] as const]) {
      const record = recordIn(state);
      const snapshot = { ...record.snapshot, undo_until: iso(NOON + 60_000) };
      const deal = { records: new Map([[actionId(1), { ...record, snapshot }]]), horizon: null };
      const { change } = decide(deal, { action_id: actionId(1), actor: ANA, decision }, null, NOON);
      expect(change?.news[0]).toMatchObject({ actor: ANA, data: { from: state, content_hash: HASH } });
    }
  });

  it.each<[Decision, string]>([
    [{ kind: "reject", reason: "wrong person" }, "was rejected by ana@dealwire.test: wrong person"],
    [{ kind: "snooze", seconds: 3600 }, "until 2026-11-20T13:00:00.001Z"],
    [{ kind: "escalate", to: { id: "hubspot:1", name: "Kim", email: "kim@x.test" } }, "escalated to kim@x.test"],
  ])("tells the trail in one sentence: %o", async (decision, sentence) => {
    const { change } = await when(decision);
    expect(change?.news[0]?.summary).toContain(sentence);
  });
});
