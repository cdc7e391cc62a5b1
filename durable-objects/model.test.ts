// Whatever happens in whatever order, the promises of the Deal object hold. fast-check draws plans, decisions, runs
// that crash at any point, redelivered messages, refused queues, lost writes and alarms; a small world around the pure
// commands plays the storage, the queues and the outside system.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Action } from "#contract/action.ts";
import type { Decision } from "#contract/deal.ts";
import { actionReleased, auditStep, parsePayload } from "#contract/messages.ts";
import { claim } from "./claim.ts";
import { type DealState, type Decided, EMPTY_DEAL } from "./deal-state.ts";
import { decide } from "./decide.ts";
import { fateOf } from "./fate.ts";
import { nextAlarm } from "./next-alarm.ts";
import { propose } from "./propose.ts";
import { type Publication, publicationsOf } from "./publications.ts";
import { report } from "./report.ts";
import {
  ANA,
  actionId,
  BEN,
  EFFECT,
  EXPIRES,
  HASH,
  NOON,
  SUBJECT,
  sampleAction,
  samplePlan,
  WAITS,
} from "./sample-plan.ts";
import { wake } from "./wake.ts";

type Run = "ok" | "crash_before" | "crash_after" | "unavailable" | "fails" | "moot";
type Command =
  | { do: "propose"; signal: number; policy: "auto" | "waits" | "expires"; closes: boolean; coolDown: number }
  | { do: "decide"; action: number; decision: Decision }
  /** Takes the message at this place of `actions`; redelivered messages stay there. */
  | { do: "deliver"; place: number; redelivered: boolean; run: Run }
  | { do: "pass"; seconds: number }
  /** The next command computes its change, and the object dies before it is written. */
  | { do: "crash" };

const SIGNALS = 6;
const action = fc.integer({ min: 1, max: SIGNALS * 2 });
const decision = fc.oneof(
  fc.constant<Decision>({ kind: "approve", content_hash: HASH }),
  fc.constant<Decision>({ kind: "approve", content_hash: "0".repeat(64) }),
  fc.constant<Decision>({ kind: "reject", reason: "no" }),
  fc.constant<Decision>({ kind: "undo", reason: null }),
  fc.constant<Decision>({ kind: "reassign", to: BEN }),
  fc.integer({ min: 60, max: 90_000 }).map((seconds): Decision => ({ kind: "snooze", seconds })),
);
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    do: fc.constant("propose"),
    signal: fc.integer({ min: 1, max: SIGNALS }),
    policy: fc.constantFrom("auto", "waits", "expires"),
    closes: fc.boolean(),
    coolDown: fc.constantFrom(0, 3600),
  }),
  fc.record({ do: fc.constant("decide"), action, decision }),
  fc.record({
    do: fc.constant("deliver"),
    place: fc.nat(20),
    redelivered: fc.boolean(),
    run: fc.constantFrom<Run>("ok", "ok", "crash_before", "crash_after", "unavailable", "fails", "moot"),
  }),
  fc.record({ do: fc.constant("pass"), seconds: fc.constantFrom(1, 30, 61, 3_601, 14_401) }),
  fc.record({ do: fc.constant("crash") }),
);

const POLICIES = { auto: "auto", waits: WAITS, expires: EXPIRES } as const;

function actionsOf(signal: number, policy: keyof typeof POLICIES, coolDown: number): Action[] {
  const fields = { approval: POLICIES[policy], cool_down_seconds: coolDown };
  return [
    sampleAction(signal * 2 - 1, fields),
    sampleAction(signal * 2, { ...fields, approval: "auto", rule_id: "other" }),
  ];
}

class World {
  deal: DealState = EMPTY_DEAL;
  now = NOON;
  alarmAt: number | null = null;
  dying = false;
  /** Released actions as the queue holds them, and every effect outside, by idempotency key. */
  actions: string[] = [];
  effects: string[] = [];
  steps: Publication[] = [];
  #serial = 0;

  #ports = {
    now: () => this.now,
    newEventId: () => `019a9f00-0000-7000-8000-${String(++this.#serial).padStart(12, "0")}`,
  };

  /** As the shell does it: all of the change or nothing, then the alarm, then sending. */
  #commit<Result>({ result, change }: Decided<Result>): Result | null {
    if (change === null) return result;
    if (this.dying) {
      this.dying = false;
      return null;
    }
    const publications = publicationsOf(this.deal, change, this.#ports);
    this.#check(this.deal, change.deal, publications);
    this.deal = change.deal;
    const next = nextAlarm(this.deal, false, this.now);
    if (next !== null && (this.alarmAt === null || next < this.alarmAt)) this.alarmAt = Math.max(next, this.now + 1);
    for (const { queue, envelope } of publications) {
      const parsed = parsePayload(actionReleased, envelope);
      if (queue === "actions" && parsed.ok) this.actions.push(parsed.event.payload.action.action_id);
    }
    this.steps.push(...publications.filter(({ queue }) => queue === "audit"));
    return result;
  }

  run(command: Command): void {
    switch (command.do) {
      case "propose": {
        const supersedes = command.closes ? "the deal closed" : null;
        const actions = actionsOf(command.signal, command.policy, command.coolDown);
        this.#commit(propose(this.deal, samplePlan(command.signal, actions, { supersedes }), SUBJECT, this.now));
        return;
      }
      case "decide": {
        const asked = { action_id: actionId(command.action), actor: ANA, decision: command.decision };
        this.#commit(decide(this.deal, asked, null, this.now));
        return;
      }
      case "deliver":
        this.#deliver(command.place, command.redelivered, command.run);
        return;
      case "pass":
        this.#pass(command.seconds * 1000);
        return;
      case "crash":
        this.dying = true;
    }
  }

  /** `execute` as it has to behave: claim, ask when it may be done already, act, report. */
  #deliver(place: number, redelivered: boolean, run: Run): void {
    const id = this.actions[place % Math.max(1, this.actions.length)];
    if (id === undefined) return;
    const lease = `lease-${++this.#serial}`;
    const claimed = this.#commit(claim(this.deal, id, lease, this.now));
    if (claimed === null) return;
    const settle = () => {
      if (!redelivered) this.actions.splice(this.actions.indexOf(id), 1);
    };
    if (!claimed.ok) {
      if (claimed.code !== "leased") settle();
      return;
    }
    const key = claimed.idempotency_key;
    const isDone = claimed.maybe_done && this.effects.includes(key);
    if (run === "crash_before") return;
    if (!isDone && (run === "unavailable" || run === "fails" || run === "moot")) {
      const kind = run === "unavailable" ? "released" : run === "fails" ? "failed" : "invalidated";
      this.#commit(report(this.deal, id, lease, { kind, reason: run }, this.now));
      return;
    }
    if (!isDone) {
      expect(this.deal.records.get(id)?.snapshot.state).toBe("executing");
      this.effects.push(key);
    }
    if (run === "crash_after") return;
    const told = this.#commit(report(this.deal, id, lease, { kind: "executed", effect: EFFECT }, this.now));
    if (told !== null) settle();
  }

  #pass(ms: number): void {
    const end = this.now + ms;
    while (this.alarmAt !== null && this.alarmAt <= end) {
      this.now = Math.max(this.now, this.alarmAt);
      this.alarmAt = null;
      this.dying = false;
      this.#commit(wake(this.deal, this.now));
      const next = nextAlarm(this.deal, false, this.now);
      if (next !== null && this.alarmAt === null) this.alarmAt = Math.max(next, this.now + 1);
    }
    this.now = end;
  }

  /** What must hold of every single change. */
  #check(before: DealState, after: DealState, publications: readonly Publication[]): void {
    const told = publications.flatMap(({ queue, envelope }) => {
      const parsed = parsePayload(auditStep, envelope);
      return queue === "audit" && parsed.ok ? [parsed.event.payload] : [];
    });
    expect(told).toHaveLength(publications.filter(({ queue }) => queue === "audit").length);
    for (const [id, record] of after.records) {
      if (before.records.get(id) === record) continue;
      const step = told.findLast(({ action }) => action?.action.action_id === id);
      expect(step?.action).toEqual(record.snapshot);
      expect(step?.actor).not.toBeNull();
      expect(record.snapshot.version).toBeGreaterThan(before.records.get(id)?.snapshot.version ?? 0);
    }
  }

  /** What must hold at every moment. */
  checkNow(): void {
    expect(new Set(this.effects).size, "an effect happened twice").toBe(this.effects.length);
    const horizon = this.deal.horizon?.fired_at ?? "";
    for (const { snapshot, maybe_done, fired_at } of this.deal.records.values()) {
      const { state, due_at, action } = snapshot;
      if (state === "pending") expect(this.alarmAt, "a pending action without an alarm").not.toBeNull();
      if (state === "pending")
        expect(this.alarmAt).toBeLessThanOrEqual(Math.max(Date.parse(due_at ?? ""), this.now + 1));
      const touched = this.effects.includes(action.idempotency_key);
      if (state === "pending" || state === "rejected" || state === "expired") expect(touched).toBe(false);
      if (state === "superseded") expect(touched, "an effect of what was superseded").toBe(false);
      const mayRun = state === "pending" || (state === "released" && !maybe_done);
      if (mayRun) expect(fired_at >= horizon, "moot, and yet it may run").toBe(true);
      if (state === "executed") expect(touched, "executed without an effect").toBe(true);
    }
    const told = this.steps.map(({ envelope }) => fateTold(envelope.payload));
    const fates = new Map(told.filter(([, fate]) => fate !== null));
    for (const { snapshot } of this.deal.records.values()) {
      const fate = fateOf(snapshot.signal_id, this.deal.records.values());
      expect(fates.get(snapshot.signal_id), "the last fate told is the fate").toBe(fate);
    }
  }
}

function fateTold(payload: unknown): [string, string | null] {
  const { signal_id, fate } = auditStep.schema.parse(payload);
  return [signal_id, fate];
}

it("keeps its promises over any sequence of plans, decisions, runs, crashes and alarms", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40, size: "max" }), (commands) => {
      const world = new World();
      for (const next of commands) {
        world.run(next);
        world.checkNow();
      }
    }),
    { numRuns: 300 },
  );
});

it("settles every action once time passes and runs succeed", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 25, size: "max" }), (commands) => {
      const world = new World();
      for (const next of commands) world.run(next);
      world.run({ do: "pass", seconds: 20 * 86_400 });
      for (let round = 0; world.actions.length > 0 && round < 100; round += 1) {
        world.run({ do: "pass", seconds: 61 });
        world.run({ do: "deliver", place: 0, redelivered: false, run: "ok" });
      }
      for (const { snapshot } of world.deal.records.values()) {
        expect(["executed", "failed", "rejected", "expired", "superseded"]).toContain(snapshot.state);
      }
    }),
    { numRuns: 100 },
  );
});
