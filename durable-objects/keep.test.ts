// What a run kept before it acted is there for the run after it, whatever became of the first.
import { expect, it } from "vitest";
import { claim } from "./claim.ts";
import { type DealState, EMPTY_DEAL } from "./deal-state.ts";
import { erase } from "./erase.ts";
import { keep } from "./keep.ts";
import { propose } from "./propose.ts";
import { actionId, NOON, SUBJECT, sampleAction, samplePlan } from "./sample-plan.ts";
import { wake } from "./wake.ts";

const ID = actionId(1);
const OLD = { value: "Qualification" };

function deal({ change }: { change: { deal: DealState } | null }): DealState {
  if (change === null) throw new Error("nothing changed");
  return change.deal;
}

const released = deal(propose(EMPTY_DEAL, samplePlan(1, [sampleAction(1)]), SUBJECT, NOON));
const claimed = deal(claim(released, ID, "lease-1", NOON));
const kept = deal(keep(claimed, ID, "lease-1", OLD, NOON + 1_000));

it.each([
  ["before the alarm noticed", kept],
  ["after the alarm noticed", deal(wake(kept, NOON + 61_000))],
])("the next claim is told what was kept, %s", (_when, state) => {
  const next = claim(state, ID, "lease-2", NOON + 62_000).result;
  expect(next).toMatchObject({ ok: true, maybe_done: true, kept: OLD });
});

it("a first claim is told that nothing was", () => {
  expect(claim(released, ID, "lease-1", NOON).result).toMatchObject({ ok: true, kept: null });
});

it("keeping is no step of the action: nothing is told of it", () => {
  expect(keep(claimed, ID, "lease-1", OLD, NOON).change).toMatchObject({ news: [], horizonMoved: false });
});

it.each([
  ["of an earlier run", deal(claim(claimed, ID, "lease-2", NOON + 61_000)), ID, NOON + 62_000, "not_leased"],
  ["whose lease is over", claimed, ID, NOON + 61_000, "not_leased"],
  ["that nobody claimed", released, ID, NOON, "not_leased"],
  ["that is not here", claimed, actionId(9), NOON, "not_found"],
])("nothing is kept for a run %s", (_which, state, id, now, code) => {
  expect(keep(state, id, "lease-1", OLD, now)).toMatchObject({ result: { ok: false, code }, change: null });
});

it("an erasure takes what was kept with it", () => {
  const erased = deal(erase(kept, { emails: [], references: [SUBJECT] }, NOON + 2_000));
  expect(erased.records.get(ID)?.kept).toBeNull();
});
