// Whatever happens in whatever order, the promises of the Deal object hold. fast-check draws plans, decisions, runs
// that crash at any point, redelivered messages, refused queues, lost writes and alarms; a small world around the pure
// commands plays the storage, the queues and the outside system.
import fc from "fast-check";
import { expect, it } from "vitest";
import type * as z from "zod";
import type { Action } from "#contract/action.ts";
import type { AuditStep } from "#contract/audit-step.ts";
import type { ControlsView } from "#contract/controls.ts";
import type { Decision } from "#contract/deal.ts";
import { actionReleased, auditStep, type Message, parsePayload } from "#contract/messages.ts";
import { isOpen } from "./action-record.ts";
import { claim } from "./claim.ts";
import { type DealState, type Decided, EMPTY_DEAL } from "./deal-state.ts";
import { decide } from "./decide.ts";
import { fateOf } from "./fate.ts";
import { FREE } from "./gate.ts";
import { nextAlarm, WAITING_LOOK_MS } from "./next-alarm.ts";
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
  iso,
  NOON,
  SUBJECT,
  sampleAction,
  samplePlan,
  WAITS,
} from "./sample-plan.ts";
import { wake } from "./wake.ts";

type Run =
  | "ok"
  | "crash_before"
  | "crash_after"
  | "unavailable"
  | "fails"
  | "moot"
  | "unverified"
  | "doubt"
  | "doubt_done";
type Command =
  | {
      do: "propose";
      signal: number;
      policy: "auto" | "waits" | "expires";
      closes: boolean;
      atomic: boolean;
      coolDown: number;
    }
  | { do: "decide"; action: number; decision: Decision }
  /** Takes the message at this place of `actions`; redelivered messages stay there. */
  | { do: "deliver"; place: number; redelivered: boolean; run: Run }
  | { do: "pass"; seconds: number }
  | { do: "look"; action: number }
  | { do: "control"; to: "free" | "paused" | "unreachable" }
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
    atomic: fc.boolean(),
    coolDown: fc.constantFrom(0, 3600),
  }),
  fc.record({ do: fc.constant("decide"), action, decision }),
  fc.record({
    do: fc.constant("deliver"),
    place: fc.nat(20),
    redelivered: fc.boolean(),
    run: fc.constantFrom<Run>(
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
    ),
  }),
  fc.record({ do: fc.constant("look"), action }),
  fc.record({ do: fc.constant("control"), to: fc.constantFrom("free", "paused", "unreachable") }),
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

const CONTROLS: Readonly<Record<"free" | "paused" | "unreachable", ControlsView | null>> = {
  free: FREE,
  paused: { ...FREE, pauses: [{ on: { scope: "all" }, reason: "trouble", by: ANA, at: iso(NOON) }] },
  unreachable: null,
};

class World {
  deal: DealState = EMPTY_DEAL;
  now = NOON;
  alarmAt: number | null = null;
  dying = false;
  controls: ControlsView | null = FREE;
  /** Released actions as the queue holds them, and by idempotency key every effect outside and what was taken back. */
  actions: string[] = [];
  effects: string[] = [];
  undone: string[] = [];
  steps: AuditStep[] = [];
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
    for (const { action, operation, released_by } of payloads(publications, "actions", actionReleased)) {
      this.actions.push(action.action_id);
      const isUnattended = operation === "perform" && released_by !== "approval";
      if (isUnattended) expect(this.controls, "ran unattended although it was paused").toBe(FREE);
    }
    this.steps.push(...payloads(publications, "audit", auditStep));
    return result;
  }

  run(command: Command): void {
    switch (command.do) {
      case "propose": {
        const supersedes = command.closes ? "the deal closed" : null;
        const actions = actionsOf(command.signal, command.policy, command.coolDown);
        this.#commit(
          propose(
            this.deal,
            samplePlan(command.signal, actions, { supersedes, atomic: command.atomic }),
            SUBJECT,
            this.now,
            this.controls,
          ),
        );
        return;
      }
      case "decide": {
        const asked = { action_id: actionId(command.action), actor: ANA, decision: command.decision };
        this.#commit(decide(this.deal, asked, null, this.now, this.controls));
        return;
      }
      case "look":
        this.look(actionId(command.action));
        return;
      case "control":
        this.controls = CONTROLS[command.to];
        return;
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

  isHalfDone(signal: string): boolean {
    const plan = [...this.deal.records.values()].filter(
      (each) => each.step !== null && each.snapshot.signal_id === signal,
    );
    const done = plan.filter(({ snapshot }) => snapshot.state === "executed").length;
    return done > 0 && done < plan.length;
  }

  approve(id: string): void {
    const decision = { kind: "approve", content_hash: HASH } as const;
    this.#commit(decide(this.deal, { action_id: id, actor: ANA, decision }, null, this.now, this.controls));
  }

  /** A person looks whether it happened and says what is true. */
  look(id: string): void {
    const key = this.deal.records.get(id)?.snapshot.action.idempotency_key ?? "";
    const decision = { kind: "settle", happened: this.effects.includes(key), note: null } as const;
    this.#commit(decide(this.deal, { action_id: id, actor: ANA, decision }, null, this.now, this.controls));
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
    if (claimed.operation === "compensate") {
      this.#takeBack(id, lease, key, run, settle);
      return;
    }
    const isDone = claimed.maybe_done && this.effects.includes(key);
    if (run === "crash_before") return;
    if (!isDone && run in NOTHING_DONE) {
      const kind = NOTHING_DONE[run] ?? "failed";
      const told = this.#commit(report(this.deal, id, lease, { kind, reason: run }, this.now, this.controls));
      if (told !== null && (kind === "unverified" || kind === "unknown")) settle();
      return;
    }
    if (!isDone) {
      expect(this.deal.records.get(id)?.snapshot.state).toBe("executing");
      this.effects.push(key);
    }
    if (run === "crash_after") return;
    const effect = { ...EFFECT, at: iso(this.now) };
    const outcome =
      run === "doubt_done" ? ({ kind: "unknown", reason: run } as const) : ({ kind: "executed", effect } as const);
    const told = this.#commit(report(this.deal, id, lease, outcome, this.now, this.controls));
    if (told !== null) settle();
  }

  #takeBack(id: string, lease: string, key: string, run: Run, settle: () => void): void {
    if (run === "crash_before") return;
    const fails = { kind: "compensation_failed", reason: "gone.", remains: "delete it" } as const;
    if (run !== "fails" && this.effects.includes(key)) {
      expect(this.deal.records.get(id)?.snapshot.state).toBe("compensating");
      this.effects.splice(this.effects.indexOf(key), 1);
      this.undone.push(key);
    }
    if (run === "crash_after") return;
    const told = run === "fails" ? fails : ({ kind: "compensated", summary: "deleted" } as const);
    if (this.#commit(report(this.deal, id, lease, told, this.now, this.controls)) !== null) settle();
  }

  #pass(ms: number): void {
    const end = this.now + ms;
    while (this.alarmAt !== null && this.alarmAt <= end) {
      this.now = Math.max(this.now, this.alarmAt);
      this.alarmAt = null;
      this.dying = false;
      this.#commit(wake(this.deal, this.now, this.controls));
      const next = nextAlarm(this.deal, false, this.now);
      if (next !== null && this.alarmAt === null) this.alarmAt = Math.max(next, this.now + 1);
    }
    this.now = end;
  }

  /** What must hold of every single change. */
  #check(before: DealState, after: DealState, publications: readonly Publication[]): void {
    const told = payloads(publications, "audit", auditStep);
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
    const happened = [...this.effects, ...this.undone];
    expect(new Set(happened).size, "an effect happened twice").toBe(happened.length);
    const horizon = this.deal.horizon?.fired_at ?? "";
    for (const { snapshot, maybe_done, fired_at } of this.deal.records.values()) {
      const { state, due_at, action } = snapshot;
      if (state === "pending") expect(this.alarmAt, "a pending action without an alarm").not.toBeNull();
      if (state === "pending")
        expect(this.alarmAt).toBeLessThanOrEqual(Math.max(Date.parse(due_at ?? ""), this.now + WAITING_LOOK_MS));
      const touched = this.effects.includes(action.idempotency_key);
      if (state === "pending" || state === "rejected" || state === "expired") expect(touched).toBe(false);
      if (state === "superseded") expect(touched, "an effect of what was superseded").toBe(false);
      const mayRun = state === "pending" || (state === "released" && !maybe_done);
      if (mayRun) expect(fired_at >= horizon, "moot, and yet it may run").toBe(true);
      if (state === "executed") expect(touched, "executed without an effect").toBe(true);
      if (state === "compensated") expect(touched, "taken back, and yet there").toBe(false);
    }
    const told = this.steps.filter(({ fate }) => fate !== null);
    const fates = new Map(told.map(({ signal_id, fate }) => [signal_id, fate]));
    for (const { snapshot } of this.deal.records.values()) {
      const fate = fateOf(snapshot.signal_id, this.deal.records.values());
      expect(fates.get(snapshot.signal_id), "the last fate told is the fate").toBe(fate);
    }
  }
}

const NOTHING_DONE: Readonly<Partial<Record<Run, "released" | "failed" | "invalidated" | "unverified" | "unknown">>> = {
  unavailable: "released",
  fails: "failed",
  moot: "invalidated",
  unverified: "unverified",
  doubt: "unknown",
};

/** What is published on `queue`, each held to the contract. */
function payloads<Schema extends z.ZodType>(
  publications: readonly Publication[],
  queue: Publication["queue"],
  message: Message<Schema>,
): z.infer<Schema>[] {
  return publications.flatMap((each) => {
    if (each.queue !== queue || each.queue === "controls") return [];
    const parsed = parsePayload(message, each.envelope);
    if (!parsed.ok) throw new Error(parsed.reason);
    return [parsed.event.payload];
  });
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

const SETTLED = ["executed", "failed", "rejected", "expired", "superseded", "compensated", "compensation_failed"];

it("settles every action once time passes and runs succeed", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 25, size: "max" }), (commands) => {
      const world = new World();
      for (const next of commands) world.run(next);
      world.run({ do: "control", to: "free" });
      world.run({ do: "pass", seconds: 20 * 86_400 });
      const waits = () => [...world.deal.records.values()].some(isOpen);
      for (let round = 0; waits() && round < 200; round += 1) {
        for (const [id, { snapshot }] of world.deal.records) if (snapshot.state === "unknown") world.look(id);
        // What nobody could verify waits for a person.
        for (const [id, { snapshot }] of world.deal.records) if (snapshot.state === "pending") world.approve(id);
        world.run({ do: "pass", seconds: 61 });
        world.run({ do: "deliver", place: 0, redelivered: false, run: "ok" });
      }
      for (const { snapshot } of world.deal.records.values()) {
        expect(SETTLED).toContain(snapshot.state);
        expect(world.isHalfDone(snapshot.signal_id), "an atomic plan was left half done").toBe(false);
      }
    }),
    { numRuns: 100 },
  );
});
