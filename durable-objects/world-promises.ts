// What the Deal object promises, for the world that its model lives in. Rule: a promise is said in its own words where it
// is checked, so that a failing run names the one that was broken.
import { expect } from "vitest";
import type * as z from "zod";
import type { ActionState } from "#contract/action-state.ts";
import type { Envelope } from "#contract/envelope.ts";
import { actionReleased, auditStep, type Message, parsePayload } from "#contract/messages.ts";
import type { ActionRecord } from "./action-record.ts";
import type { Change } from "./deal-state.ts";
import { fateOf } from "./fate.ts";
import { nextOpening } from "./hours.ts";
import { WAITING_LOOK_MS } from "./next-alarm.ts";
import type { Publication } from "./publications.ts";
import type { World } from "./sample-world.ts";

export type Sent = { queue: string; envelope: Envelope };

const UNTOUCHED: ReadonlySet<ActionState> = new Set(["pending", "rejected", "expired", "superseded", "compensated"]);

/** Of every single change, before it is stored. */
export function checkChange(world: World, { deal: after, news }: Change, publications: readonly Publication[]): void {
  const before = world.deal;
  const sent = publications.flatMap((each) => (each.queue === "controls" ? [] : [each]));
  const told = payloads(sent, "audit", auditStep);
  for (const [id, record] of after.records) {
    if (before.records.get(id) === record) continue;
    const step = told.findLast(({ action }) => action?.action.action_id === id);
    expect(step?.action, "a change that is not on record").toEqual(record.snapshot);
    expect(step?.actor).not.toBeNull();
    expect(record.snapshot.version).toBeGreaterThan(before.records.get(id)?.snapshot.version ?? 0);
  }
  for (const { action, operation, released_by } of payloads(sent, "actions", actionReleased)) {
    if (operation !== "perform" || released_by === "approval") continue;
    expect(world.isFree(), "released unattended although it was held back").toBe(true);
    if (action.hours !== null) expect(nextOpening(action.hours, world.now), "outside its hours").toBe(world.now);
  }
  for (const { step, record, data } of news.filter(({ actor }) => actor.kind === "person")) {
    world.decided.push(`${step} ${record.snapshot.version}`);
    expect(data).toMatchObject({ from: expect.any(String), content_hash: expect.any(String) });
  }
}

/** At every moment. */
export function checkMoment(world: World): void {
  const records = [...world.deal.records.values()];
  const happened = [...world.effects, ...world.undone];
  expect(new Set(happened).size, "an effect happened twice").toBe(happened.length);
  for (const record of records) checkRecord(world, record);
  if (world.unsent.size > 0) {
    expect(world.alarmAt, "something unsent without a future alarm").toBeGreaterThan(world.now);
    return;
  }
  const steps = [...world.steps.values()].toSorted((a, b) => a.at.localeCompare(b.at));
  const people = steps.filter(({ actor }) => actor?.kind === "person");
  const onRecord = new Set(people.map(({ step, action }) => `${step} ${action?.version}`));
  for (const decision of world.decided) expect(onRecord, "a decision that is not on record").toContain(decision);

  const untold = records.filter(({ owed }) => owed.some(({ event_id }) => !world.steps.has(event_id)));
  for (const record of untold) expect(comesAgain(world, record), "nobody comes again for what is owed").toBe(true);
  if (untold.length > 0) return;
  const fates = new Map(steps.flatMap(({ signal_id, fate }) => (fate === null ? [] : [[signal_id, fate] as const])));
  for (const { snapshot } of records) {
    const fate = fateOf(snapshot.signal_id, world.deal.records.values());
    expect(fates.get(snapshot.signal_id), "the last fate told is the fate").toBe(fate);
  }
}

function checkRecord(world: World, { snapshot, maybe_done, fired_at }: ActionRecord): void {
  const { state, due_at, action } = snapshot;
  if (state === "pending") {
    expect(world.alarmAt, "a pending action without a future alarm").toBeGreaterThan(world.now);
    expect(world.alarmAt).toBeLessThanOrEqual(Math.max(Date.parse(due_at ?? ""), world.now + WAITING_LOOK_MS));
  }
  const touched = world.effects.includes(action.idempotency_key);
  if (UNTOUCHED.has(state)) expect(touched, `an effect of what is ${state}`).toBe(false);
  if (state === "executed") expect(touched, "executed without an effect").toBe(true);
  const mayRun = state === "pending" || (state === "released" && !maybe_done);
  if (mayRun) expect(fired_at >= (world.deal.horizon?.fired_at ?? ""), "moot, and yet it may run").toBe(true);
}

/** With its plan, with its release, or when the lease of its run ends. */
function comesAgain({ plans, actions }: World, { snapshot: { action, signal_id, state } }: ActionRecord): boolean {
  const isRunning = state === "executing" || state === "compensating";
  return (
    isRunning || actions.includes(action.action_id) || plans.some(({ payload }) => payload.signal_id === signal_id)
  );
}

/** What is sent on `queue`, each held to the contract. */
export function payloads<Schema extends z.ZodType>(
  sent: readonly Sent[],
  queue: string,
  message: Message<Schema>,
): z.infer<Schema>[] {
  return sent.flatMap((each) => {
    if (each.queue !== queue) return [];
    const parsed = parsePayload(message, each.envelope);
    if (!parsed.ok) throw new Error(parsed.reason);
    return [parsed.event.payload];
  });
}
