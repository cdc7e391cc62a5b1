// Who must be forgotten is forgotten; what happened stays countable.
import { describe, expect, it } from "vitest";
import { ActionSnapshot } from "#contract/action-state.ts";
import { claim } from "./claim.ts";
import { EMPTY_DEAL } from "./deal-state.ts";
import { erase } from "./erase.ts";
import { propose } from "./propose.ts";
import { actionId, NOON, SUBJECT, sampleAction, samplePlan, WAITS } from "./sample-plan.ts";

const to = [{ email: "kim@acme.test", name: "Kim" }];
const mail = {
  ...sampleAction(1, { approval: WAITS }),
  type: "draft_followup",
  target: "gmail",
  params: { from: "ana@dealwire.test", to, subject: "Hi Kim", body: "Hello", thread_id: null, deliver: "send" },
} as const;
const task = {
  ...sampleAction(2),
  type: "create_task",
  target: "hubspot",
  params: {
    subject: "Call",
    body: "",
    due_at: "2026-11-21T12:00:00.000Z",
    owner_id: null,
    importance: "high",
    kind: "call",
    deal_id: SUBJECT,
    contact_ids: ["hubspot:42"],
    account_id: null,
  },
} as const;
const plan = samplePlan(1, [
  mail,
  { ...task, params: { ...task.params, contact_ids: ["hubspot:42"] } },
  sampleAction(3),
]);
const deal = propose(EMPTY_DEAL, plan, SUBJECT, NOON).change?.deal ?? EMPTY_DEAL;
const forget = (emails: string[], references: string[] = []) => erase(deal, { emails, references }, NOON);

describe("an erasure", () => {
  it("stops what waits and empties it, and what is left still parses", () => {
    const { result, change } = forget(["KIM@acme.test"], ["hubspot:42"]);
    expect(result).toEqual({ erased: 2 });
    for (const number of [1, 2]) {
      const snapshot = change?.deal.records.get(actionId(number))?.snapshot;
      expect(ActionSnapshot.parse(snapshot).state).toBe("superseded");
      expect(JSON.stringify(snapshot)).not.toMatch(/kim|hubspot:42"/i);
    }
    expect(change?.news.map(({ step }) => step)).toEqual(["superseded", "erased", "superseded", "erased"]);
  });

  it("takes no part of a longer name for it", () => {
    expect(forget(["im@acme.test"], ["hubspot:4"])).toEqual({ result: { erased: 0 }, change: null });
  });

  it("asked for twice erases once", () => {
    const after = forget(["kim@acme.test"]).change?.deal ?? EMPTY_DEAL;
    expect(erase(after, { emails: ["kim@acme.test"], references: [] }, NOON).change).toBeNull();
  });

  it("of one step takes back a plan that is done as a whole or not at all", () => {
    const atomic = propose(EMPTY_DEAL, samplePlan(1, [sampleAction(3), mail], { atomic: true }), SUBJECT, NOON);
    const { change } = erase(atomic.change?.deal ?? EMPTY_DEAL, { emails: ["kim@acme.test"], references: [] }, NOON);
    const states = Array.from(change?.deal.records.values() ?? [], ({ snapshot }) => snapshot.state);
    expect(states).toEqual(["superseded", "superseded"]);
  });

  it("lets nothing that was emptied run again", () => {
    const claimed = claim(deal, actionId(2), "lease-1", NOON).change?.deal ?? EMPTY_DEAL;
    const after = erase(claimed, { emails: [], references: ["hubspot:42"] }, NOON).change?.deal ?? EMPTY_DEAL;
    expect(after.records.get(actionId(2))?.snapshot.state).toBe("executing");
    expect(claim(after, actionId(2), "lease-2", NOON + 61_000).result).toMatchObject({ ok: false, code: "moot" });
  });
});
