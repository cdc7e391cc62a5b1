// Whatever happens in whatever order, the promises of the Deal object hold. fast-check draws plans, decisions, runs,
// redelivered messages, alarms, switched controls, and deaths between any two writes; sample-world.ts plays everything
// around the object and checks its promises.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Action } from "#contract/action.ts";
import type { Decision } from "#contract/deal.ts";
import { isOpen } from "./action-record.ts";
import type { Edited } from "./decide.ts";
import { actionId, BEN, EXPIRES, HASH, sampleAction, samplePlan, WAITS } from "./sample-plan.ts";
import { CONTROLS, type Crash, type Run, World } from "./sample-world.ts";

type Command =
  | { do: "propose"; signal: number; policy: Policy; closes: boolean; atomic: boolean; coolDown: number }
  | { do: "decide"; action: number; decision: Decision }
  /** Takes the message at this place of `actions`; redelivered messages stay there. */
  | { do: "deliver"; place: number; redelivered: boolean; run: Run }
  | { do: "pass"; seconds: number }
  | { do: "look"; action: number }
  | { do: "control"; to: keyof typeof CONTROLS }
  | { do: "crash"; where: Crash };

/** Few, so that what is drawn meets what is there. */
const SIGNALS = 3;
const MANAGER = { ...BEN, id: "hubspot:78", email: "kim@dealwire.test" };
const OWNER = { ...BEN, time_zone: null, manager: MANAGER };
const WORKDAY = { time_zone: "UTC", from: "09:00", to: "15:00", days: [1, 2, 3, 4, 5] };
const POLICIES = {
  auto: { approval: "auto" },
  waits: { approval: WAITS },
  expires: { approval: EXPIRES },
  person: { approval: { ...WAITS, on_timeout: "wait" } },
  escalates: { approval: { ...WAITS, escalate_before_seconds: 3_600 }, owner: OWNER },
  hours: { approval: WAITS, hours: WORKDAY },
  auto_hours: { approval: "auto", hours: WORKDAY },
} as const satisfies Record<string, Partial<Pick<Action, "approval" | "owner" | "hours">>>;
type Policy = keyof typeof POLICIES;

const EDITED_HASH = "e".repeat(64);
const PARAMS = { channel: null, text: "Better words", url: null, to_email: null, thread_key: null };
const EDITED: Edited = {
  ok: true,
  content: { type: "send_alert", target: "slack", params: PARAMS },
  hash: EDITED_HASH,
};

const action = fc.integer({ min: 1, max: SIGNALS * 2 });
const hash = fc.constantFrom(HASH, HASH, EDITED_HASH, "0".repeat(64));
const decision = fc.oneof(
  { weight: 3, arbitrary: hash.map((content_hash): Decision => ({ kind: "approve", content_hash })) },
  hash.map((content_hash): Decision => ({ kind: "edit", content_hash, params: PARAMS })),
  fc.constant<Decision>({ kind: "reject", reason: "no" }),
  fc.constant<Decision>({ kind: "undo", reason: null }),
  fc.constant<Decision>({ kind: "reassign", to: BEN }),
  fc.constant<Decision>({ kind: "escalate", to: MANAGER }),
  fc.integer({ min: 60, max: 90_000 }).map((seconds): Decision => ({ kind: "snooze", seconds })),
);
const runs: readonly Run[] = [
  "ok",
  "ok",
  "crash_before",
  "crash_after",
  "unavailable",
  "fails",
  "moot",
  "unverified",
  "doubt",
  "doubt_done",
];
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    do: fc.constant("propose"),
    signal: fc.integer({ min: 1, max: SIGNALS }),
    policy: fc.constantFrom<Policy[]>("auto", "waits", "expires", "person", "escalates", "hours", "auto_hours"),
    closes: fc.boolean(),
    atomic: fc.boolean(),
    coolDown: fc.constantFrom(0, 3600),
  }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant("decide"), action, decision }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("deliver"),
      place: fc.nat(20),
      redelivered: fc.boolean(),
      run: fc.constantFrom(...runs),
    }),
  },
  fc.record({ do: fc.constant("look"), action }),
  fc.record({
    do: fc.constant("control"),
    to: fc.constantFrom("free", "free", "auto", "paused", "approve", "shadow", "unreachable"),
  }),
  fc.record({ do: fc.constant("pass"), seconds: fc.constantFrom(1, 30, 61, 3_601, 14_401) }),
  fc.record({
    do: fc.constant("crash"),
    where: fc.constantFrom("before_commit", "before_send", "before_forget", "before_publish"),
  }),
);

function planOf({ signal, policy, closes, atomic, coolDown }: Extract<Command, { do: "propose" }>) {
  const fields = { ...POLICIES[policy], cool_down_seconds: coolDown };
  const first = sampleAction(signal * 2 - 1, fields);
  const second = sampleAction(signal * 2, { ...fields, approval: "auto", rule_id: "other" });
  return samplePlan(signal, [first, second], { supersedes: closes ? "the deal closed" : null, atomic });
}

function run(world: World, next: Command): void {
  switch (next.do) {
    case "propose":
      world.propose(planOf(next));
      break;
    case "decide":
      world.decide(actionId(next.action), next.decision, next.decision.kind === "edit" ? EDITED : null);
      break;
    case "look":
      world.look(actionId(next.action));
      break;
    case "control":
      world.controls = CONTROLS[next.to];
      break;
    case "deliver":
      world.deliver(next.place, next.redelivered, next.run);
      break;
    case "pass":
      world.pass(next.seconds * 1000);
      break;
    case "crash":
      world.crash = next.where;
  }
}

/** Both are done in a few seconds; a busy machine may take many times as long. */
const TIMEOUT_MS = 60_000;

it(
  "keeps its promises over any sequence of plans, decisions, runs, crashes, redeliveries and alarms",
  () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40, size: "max" }), (commands) => {
        const world = new World();
        for (const next of commands) {
          run(world, next);
          world.check();
        }
      }),
      { numRuns: 600 },
    );
  },
  TIMEOUT_MS,
);

const SETTLED = ["executed", "failed", "rejected", "expired", "superseded", "compensated", "compensation_failed"];

it(
  "settles every action once time passes and runs succeed",
  () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 25, size: "max" }), (commands) => {
        const world = new World();
        for (const next of commands) run(world, next);
        world.controls = CONTROLS.free;
        world.pass(20 * 86_400_000);
        world.crash = null;
        const waits = () => world.plans.length > 0 || [...world.deal.records.values()].some(isOpen);
        for (let round = 0; waits() && round < 200; round += 1) {
          for (const [id, { snapshot }] of world.deal.records) {
            if (snapshot.state === "unknown") world.look(id);
            // What nobody could verify waits for a person.
            const { content_hash } = snapshot.action;
            if (snapshot.state === "pending") world.decide(id, { kind: "approve", content_hash });
          }
          world.pass(61_000);
          world.deliver(0, false, "ok");
        }
        world.pass(61_000);
        world.check();
        expect([world.unsent.size, world.plans], "something was never sent").toEqual([0, []]);
        for (const { snapshot } of world.deal.records.values()) {
          expect(SETTLED).toContain(snapshot.state);
          expect(world.isHalfDone(snapshot.signal_id), "an atomic plan was left half done").toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  },
  TIMEOUT_MS,
);
