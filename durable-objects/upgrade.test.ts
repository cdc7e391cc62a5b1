// Actions in flight over an upgrade: records that earlier versions stored, exactly as they stored them, go on by their rules.
import { expect, it } from "vitest";
import { MACHINE_VERSION } from "./action-machine.ts";
import { type ActionRecord, recordFrom } from "./action-record.ts";
import { claim } from "./claim.ts";
import type { DealState } from "./deal-state.ts";
import { decide } from "./decide.ts";
import { propose } from "./propose.ts";
import { report } from "./report.ts";
import {
  ANA,
  actionId,
  EFFECT,
  HASH,
  iso,
  NOON,
  recordIn,
  SUBJECT,
  sampleAction,
  samplePlan,
  WAITS,
} from "./sample-plan.ts";
import { wake } from "./wake.ts";

const DUE = NOON + 14_400_000;

/** The text in the table, without every field that came later. */
function storedByV1(state: "pending" | "released" | "executed"): string {
  const approval = { ttl_seconds: 14_400, on_timeout: "execute" };
  const record = recordIn(state, { machine_version: 1 });
  const { step, edited, erased, ...old } = record;
  const { shadow, held, undo_until, undo_note, escalated_to, action, ...snapshot } = old.snapshot;
  const { facts, hours, ...oldAction } = action;
  const params = { channel: null, text: "The deal moved on", url: null };
  return JSON.stringify({ ...old, snapshot: { ...snapshot, action: { ...oldAction, approval, params } } });
}

function dealOf(record: ActionRecord): DealState {
  return { records: new Map([[actionId(1), record]]), horizon: null };
}

const pending = dealOf(recordFrom(storedByV1("pending")));

it("fields that did not exist have their defaults", () => {
  expect(recordFrom(storedByV1("pending"))).toMatchObject({
    step: null,
    erased: false,
    snapshot: { shadow: false, held: null, action: { hours: null, params: { to_email: null } } },
  });
});

it("a pending one is approved, or released when its time comes", () => {
  const decision = { kind: "approve", content_hash: HASH } as const;
  const command = { action_id: actionId(1), actor: ANA, decision };
  expect(decide(pending, command, null, NOON).result).toMatchObject({ ok: true, snapshot: { state: "released" } });
  const due = wake(pending, DUE).change?.deal;
  expect(due?.records.get(actionId(1))).toMatchObject({ machine_version: 1, snapshot: { state: "released" } });
});

it("a released one runs, and can't be undone as its rules never could", () => {
  const released = dealOf(recordFrom(storedByV1("released")));
  const claimed = claim(released, actionId(1), "lease-1", NOON).change?.deal ?? released;
  const done =
    report(claimed, actionId(1), "lease-1", { kind: "executed", effect: EFFECT }, NOON).change?.deal ?? claimed;
  const undo = { action_id: actionId(1), actor: ANA, decision: { kind: "undo", reason: null } } as const;
  expect(decide(done, undo, null, NOON).result).toMatchObject({ ok: false, code: "not_available" });
});

it("what nobody could verify does not run under its rules either", () => {
  const released = dealOf(recordFrom(storedByV1("released")));
  const claimed = claim(released, actionId(1), "lease-1", NOON).change?.deal ?? released;
  const told = { kind: "unverified", reason: "no context" } as const;
  const after = report(claimed, actionId(1), "lease-1", told, NOON).change?.deal;
  expect(after?.records.get(actionId(1))?.snapshot.state).toBe("superseded");
});

it("one of the second version is approved, or released when its time comes, and no pause calls that release back", () => {
  const { kept, ...record } = recordIn("pending", { machine_version: 2 }, sampleAction(1, { approval: WAITS }));
  const old = dealOf(recordFrom(JSON.stringify(record)));
  const decision = { kind: "approve", content_hash: HASH } as const;
  const command = { action_id: actionId(1), actor: ANA, decision };
  expect(decide(old, command, null, NOON).result).toMatchObject({ ok: true, snapshot: { state: "released" } });
  const due = wake(old, DUE).change?.deal ?? old;
  const paused = { pauses: [{ on: { scope: "all" }, reason: "no", by: ANA, at: iso(NOON) }], autopilot: {} } as const;
  const late = claim(due, actionId(1), "lease-1", DUE + 60_000, undefined, paused);
  expect(late).toMatchObject({ change: null, result: { code: "leased" } });
  expect(claim(due, actionId(1), "lease-1", DUE + 60_000).result.ok).toBe(true);
});

it("new ones beside it follow the new rules", () => {
  const plan = samplePlan(2, [sampleAction(2, { rule_id: "other" })]);
  const both = propose(pending, plan, SUBJECT, NOON).change?.deal.records;
  expect([actionId(1), actionId(2)].map((id) => both?.get(id)?.machine_version)).toEqual([1, MACHINE_VERSION]);
});

it("an object with ten thousand settled actions decides in a few milliseconds", () => {
  const settled = recordIn("executed");
  const records = new Map(
    Array.from({ length: 10_000 }, (_, index) => {
      const action = { ...settled.snapshot.action, action_id: actionId(index + 10), rule_id: `rule-${index}` };
      return [action.action_id, { ...settled, snapshot: { ...settled.snapshot, action } }] as const;
    }),
  );
  const deal: DealState = { records: new Map([...records, ...pending.records]), horizon: null };
  // Of this thread's own time, because a busy machine says nothing about the object.
  const started = process.threadCpuUsage();
  for (let round = 0; round < 10; round += 1) wake(deal, NOON);
  propose(deal, samplePlan(2, [sampleAction(2)]), SUBJECT, NOON);
  const { user, system } = process.threadCpuUsage(started);
  // Generous for a slow one; a round takes some ten milliseconds.
  expect((user + system) / 1_000 / 11).toBeLessThan(200);
});
