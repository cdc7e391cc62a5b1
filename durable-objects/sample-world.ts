// A small world around the pure commands of the Deal object: it plays storage, alarms, queues, the outside system and
// `execute`, and dies where it is told to. Rule: what the object promises (world-promises.ts) is checked at every change
// and at every moment.
import { expect } from "vitest";
import type { Action } from "#contract/action.ts";
import type { AuditStep } from "#contract/audit-step.ts";
import type { ControlsView } from "#contract/controls.ts";
import type { Decision, Entrusted, Report } from "#contract/deal.ts";
import type { Event } from "#contract/envelope.ts";
import { actionReleased, auditStep } from "#contract/messages.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import { claim, isToBeAskedAgain } from "./claim.ts";
import { type DealState, type Decided, EMPTY_DEAL } from "./deal-state.ts";
import { decide, type Edited } from "./decide.ts";
import { type Asker, owedTo, share } from "./entrust.ts";
import { FREE } from "./gate.ts";
import { nextAlarm } from "./next-alarm.ts";
import { type Unsent, withUnsent } from "./outbox.ts";
import { propose } from "./propose.ts";
import { publicationsOf } from "./publications.ts";
import { report } from "./report.ts";
import { ANA, EFFECT, iso, NOON, SUBJECT } from "./sample-plan.ts";
import { wake } from "./wake.ts";
import { checkChange, checkMoment, payloads, type Sent } from "./world-promises.ts";

/** Between which two writes the object dies, or its caller before it published what it was entrusted with. */
export type Crash = "before_commit" | "before_send" | "before_forget" | "before_publish";

/** What becomes of a delivered release. */
export type Run =
  | "ok"
  | "crash_before"
  | "crash_after"
  | "unavailable"
  | "fails"
  | "moot"
  | "unverified"
  | "doubt"
  | "doubt_done";

const NOTHING_DONE: Readonly<Partial<Record<Run, "released" | "failed" | "invalidated" | "unverified" | "unknown">>> = {
  unavailable: "released",
  fails: "failed",
  moot: "invalidated",
  unverified: "unverified",
  doubt: "unknown",
};

const LEVEL_AUTO: ControlsView = { ...FREE, autopilot: { send_alert: "auto" } };
export const CONTROLS = {
  free: FREE,
  auto: LEVEL_AUTO,
  paused: { ...FREE, pauses: [{ on: { scope: "all" }, reason: "trouble", by: ANA, at: iso(NOON) }] },
  approve: { ...FREE, autopilot: { send_alert: "approve" } },
  shadow: { ...FREE, autopilot: { send_alert: "shadow" } },
  unreachable: null,
} as const satisfies Record<string, ControlsView | null>;

export class World {
  deal: DealState = EMPTY_DEAL;
  now = NOON;
  controls: ControlsView | null = FREE;
  crash: Crash | null = null;
  alarmAt: number | null = null;
  /** Committed and not yet deleted, because the queues may not have it. */
  unsent: Unsent = new Map();
  /** Plans and releases as their queues hold them; by idempotency key every effect outside, and what was taken back. */
  plans: Event<PlanDecided>[] = [];
  actions: string[] = [];
  effects: string[] = [];
  undone: string[] = [];
  /** What the trail was told, by the id of the event. */
  steps = new Map<string, AuditStep>();
  /** What people decided, as it was committed, and the hash that each approval named. */
  decided: string[] = [];
  approved = new Map<string, string>();
  #serial = 0;

  #ports = {
    now: () => this.now,
    newEventId: () => `019a9f00-0000-7000-8000-${String(++this.#serial).padStart(12, "0")}`,
  };

  /** Comes again until what the object had to tell is published. */
  propose(plan: Event<PlanDecided>): void {
    const decided = propose(this.deal, plan, SUBJECT, this.now, this.controls);
    const answer = this.#commit(decided, { by: "plans", signalId: plan.payload.signal_id });
    if (answer === null || !this.#publish(answer.entrusted)) this.plans.push(plan);
  }

  decide(id: string, decision: Decision, edited: Edited = null): void {
    const before = this.deal.records.get(id)?.snapshot;
    this.#commit(decide(this.deal, { action_id: id, actor: ANA, decision }, edited, this.now, this.controls));
    if (before === undefined || before.version === this.deal.records.get(id)?.snapshot.version) return;
    if (decision.kind === "approve") this.approved.set(id, decision.content_hash);
    if (decision.kind === "settle") this.approved.set(id, before.action.content_hash);
  }

  /** A person looks whether it happened and says what is true. */
  look(id: string): void {
    const key = this.deal.records.get(id)?.snapshot.action.idempotency_key ?? "";
    this.decide(id, { kind: "settle", happened: this.effects.includes(key), note: null });
  }

  /** Every alarm on the way goes off, after each the object is a new one, and plans that were not settled come again. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (const plan of this.plans.splice(0)) this.propose(plan);
    while (this.alarmAt !== null && this.alarmAt <= end) {
      this.now = Math.max(this.now, this.alarmAt);
      this.alarmAt = null;
      this.crash = null;
      this.#arm();
      this.#commit(wake(this.deal, this.now, this.controls));
      this.#drain();
      this.#arm();
    }
    this.now = end;
  }

  /** `execute` as it has to behave: claim, ask when it may be done already, act, report, publish, acknowledge. */
  deliver(place: number, redelivered: boolean, run: Run): void {
    const id = this.actions[place % Math.max(1, this.actions.length)];
    if (id === undefined) return;
    const lease = `lease-${++this.#serial}`;
    const waited = isToBeAskedAgain(this.deal, id, this.now);
    const asker = { by: "actions", actionId: id, command: "claim" } as const;
    const answer = this.#commit(claim(this.deal, id, lease, this.now, undefined, this.controls), asker);
    if (answer === null) return;
    const settle = () => {
      if (!redelivered) this.actions.splice(this.actions.indexOf(id), 1);
    };
    const { result: claimed, entrusted } = answer;
    if (!claimed.ok) {
      const told = claimed.code !== "already_done" || this.#publish(entrusted);
      if (claimed.code !== "leased" && told) settle();
      return;
    }
    if (waited) expect(this.isFree(), "ran unattended, late, although it was held back").toBe(true);
    const key = claimed.idempotency_key;
    if (claimed.operation === "compensate") {
      this.#takeBack(id, lease, key, run, settle);
      return;
    }
    const isDone = claimed.maybe_done && this.effects.includes(key);
    if (run === "crash_before") return;
    if (!isDone && run in NOTHING_DONE) {
      const kind = NOTHING_DONE[run] ?? "failed";
      const told = this.#report(id, lease, { kind, reason: run });
      if (told && (kind === "unverified" || kind === "unknown")) settle();
      return;
    }
    if (!isDone) this.#perform(id, claimed.snapshot.action, claimed.snapshot.released_by);
    if (run === "crash_after") return;
    const effect = { ...EFFECT, at: iso(this.now) };
    const doubt = run === "doubt_done";
    if (this.#report(id, lease, doubt ? { kind: "unknown", reason: run } : { kind: "executed", effect })) settle();
  }

  isHalfDone(signal: string): boolean {
    const all = [...this.deal.records.values()];
    const plan = all.filter((each) => each.step !== null && each.snapshot.signal_id === signal);
    const done = plan.filter(({ snapshot }) => snapshot.state === "executed").length;
    return done > 0 && done < plan.length;
  }

  isFree(): boolean {
    return this.controls === FREE || this.controls === LEVEL_AUTO;
  }

  check(): void {
    checkMoment(this);
  }

  #perform(id: string, action: Action, releasedBy: "auto" | "approval" | "timeout" | null): void {
    expect(this.deal.records.get(id)?.snapshot.state).toBe("executing");
    if (releasedBy === "approval") expect(action.content_hash, "ran what nobody read").toBe(this.approved.get(id));
    this.effects.push(action.idempotency_key);
  }

  #takeBack(id: string, lease: string, key: string, run: Run, settle: () => void): void {
    if (run === "crash_before") return;
    if (run !== "fails" && this.effects.includes(key)) {
      expect(this.deal.records.get(id)?.snapshot.state).toBe("compensating");
      this.effects.splice(this.effects.indexOf(key), 1);
      this.undone.push(key);
    }
    if (run === "crash_after") return;
    const fails = { kind: "compensation_failed", reason: "gone.", remains: "delete it" } as const;
    const told = this.#report(id, lease, run === "fails" ? fails : { kind: "compensated", summary: "deleted" });
    if (told) settle();
  }

  /** Whether the report was taken and what it entrusted published; else the message comes again. */
  #report(id: string, lease: string, told: Report): boolean {
    const asker = { by: "actions", actionId: id, command: "report" } as const;
    const answer = this.#commit(report(this.deal, id, lease, told, this.now, this.controls), asker);
    return answer !== null && this.#publish(answer.result.ok ? answer.entrusted : []);
  }

  /** As the shell does it: all of the change with what it has to tell or nothing, then the alarm, then sending. */
  #commit<Result>({ result, change }: Decided<Result>, asker: Asker | null = null) {
    if (change === null) return { result, entrusted: asker === null ? [] : owedTo(asker, this.deal, this.#ports) };
    if (this.#dies("before_commit")) return null;
    const publications = publicationsOf(this.deal, change, this.#ports);
    checkChange(this, change, publications);
    const { deal, changed, unsent, entrusted } = share(change, publications, asker, this.#ports);
    const rows = changed.map(({ snapshot }) => snapshot.action.action_id);
    for (const [id, added] of withUnsent(this.unsent, unsent, rows)) this.unsent.set(id, added);
    this.deal = deal;
    this.#arm();
    // Whether its caller heard of it or not.
    if (this.#dies("before_send")) return null;
    this.#drain();
    return { result, entrusted };
  }

  /** What a caller does with what it is given; false when it died before. */
  #publish(entrusted: Entrusted): boolean {
    if (this.#dies("before_publish")) return false;
    this.#queue(entrusted);
    return true;
  }

  #drain(): void {
    this.#queue([...this.unsent.values()].flat().flatMap((each) => (each.queue === "controls" ? [] : [each])));
    if (!this.#dies("before_forget")) this.unsent = new Map();
  }

  #queue(sent: readonly Sent[]): void {
    this.actions.push(...payloads(sent, "actions", actionReleased).map(({ action }) => action.action_id));
    for (const each of sent) {
      const [step] = payloads([each], "audit", auditStep);
      if (step !== undefined) this.steps.set(each.envelope.event_id, step);
    }
  }

  #dies(where: Crash): boolean {
    const dies = this.crash === where;
    if (dies) this.crash = null;
    return dies;
  }

  #arm(): void {
    const next = nextAlarm(this.deal, this.unsent.size > 0, this.now);
    if (next !== null && (this.alarmAt === null || next < this.alarmAt)) this.alarmAt = Math.max(next, this.now + 1);
  }
}
