// The Deal object: the single writer of what may happen on one subject. A shell: each call computes a pure command on
// the state in memory, stores what changed together with what is to be published in one transaction, arms the alarm
// and answers; sending comes after. Rules: no await between reading the state and writing it; the answer never waits
// for a queue; the alarm is armed before anything is sent, so a crash at any point loses nothing.

import { DurableObject } from "cloudflare:workers";
import { uuidv7 } from "uuidv7";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { type ActionOutcome, CONTROLS_NAME, type ControlsView, OPS_SUBJECT } from "#contract/controls.ts";
import type {
  ClaimResult,
  DealRpc,
  DecideCommand,
  DecideResult,
  ProposeResult,
  Report,
  ReportResult,
} from "#contract/deal.ts";
import type { Event } from "#contract/envelope.ts";
import { PlanDecided } from "#contract/plan-decided.ts";
import { codeVersionOf } from "#runtime/code-version.ts";
import { createLog, type Log } from "#runtime/log.ts";
import { createPublish, type EnvelopePorts, type Publish } from "#runtime/publish.ts";
import { isOpen } from "./action-record.ts";
import { claim } from "./claim.ts";
import { type DealState, type Decided, EMPTY_DEAL } from "./deal-state.ts";
import * as storage from "./deal-storage.ts";
import { decide, prepareEdit } from "./decide.ts";
import { erase, type Forgotten } from "./erase.ts";
import { FREE } from "./gate.ts";
import { isForgettable, nextAlarm } from "./next-alarm.ts";
import { drainOutbox } from "./outbox.ts";
import { knows, propose } from "./propose.ts";
import { publicationsOf } from "./publications.ts";
import { report } from "./report.ts";
import { wake, wantsControls } from "./wake.ts";

export type DealPorts = EnvelopePorts & {
  newLeaseId(): string;
  publish: Publish;
  log: Log;
  /** Asked before anything runs unattended; throws when they can't be reached. */
  controls(): Promise<ControlsView>;
  count(outcomes: readonly ActionOutcome[]): Promise<void>;
};

/** Enough for every page; the read model has the rest. */
const MAX_LISTED_SETTLED = 200;

export class Deal extends DurableObject<Env> implements DealRpc {
  /** Everything impure but storage. */
  ports: DealPorts;
  #deal: DealState = EMPTY_DEAL;
  /** The platform's alarm as far as known, so that an alarm that is early enough is not paid for again. */
  #alarmAt: number | null = null;
  #draining = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.ports = {
      now: Date.now,
      newEventId: uuidv7,
      codeVersion: codeVersionOf(env.VERSION),
      newLeaseId: () => crypto.randomUUID(),
      publish: createPublish({
        actions: env.ACTIONS,
        rechecks: env.RECHECKS,
        notices: env.NOTICES,
        audit: env.AUDIT,
      }),
      log: createLog("deal"),
      // A fresh stub for each call: after an exception one may stay broken.
      controls: () => env.CONTROLS.getByName(CONTROLS_NAME).get(),
      count: (outcomes) => env.CONTROLS.getByName(CONTROLS_NAME).record(outcomes),
    };
    void ctx.blockConcurrencyWhile(async () => {
      this.#deal = storage.openDeal(ctx.storage.sql);
      this.#alarmAt = await ctx.storage.getAlarm();
      // Only a missing alarm is set: a pending one would be overwritten here before it is delivered.
      if (this.#alarmAt === null) this.#arm();
    });
  }

  async propose(plan: Event<PlanDecided>): Promise<ProposeResult> {
    const controls = knows(this.#deal, plan.payload.signal_id) ? null : await this.#controls();
    const subject = this.ctx.id.name ?? plan.payload.subject;
    // A caller that is still of the version before knows nothing of the newer fields.
    const current = { ...plan, payload: PlanDecided.parse(plan.payload) };
    return this.#commit(propose(this.#deal, current, subject, this.ports.now(), controls));
  }

  async claim(actionId: string): Promise<ClaimResult> {
    return this.#commit(claim(this.#deal, actionId, this.ports.newLeaseId(), this.ports.now()));
  }

  async report(actionId: string, leaseId: string, told: Report): Promise<ReportResult> {
    const controls = this.#isStep(actionId) ? await this.#controls() : null;
    return this.#commit(report(this.#deal, actionId, leaseId, told, this.ports.now(), controls));
  }

  async decide(command: DecideCommand): Promise<DecideResult> {
    const edited = await prepareEdit(this.#deal, command);
    const controls = this.#isStep(command.action_id) ? await this.#controls() : null;
    return this.#commit(decide(this.#deal, command, edited, this.ports.now(), controls));
  }

  async erase(who: Forgotten): Promise<{ erased: number }> {
    return this.#commit(erase(this.#deal, who, this.ports.now()));
  }

  async list(): Promise<readonly ActionSnapshot[]> {
    const newest = [...this.#deal.records.values()].sort(
      ({ snapshot: a }, { snapshot: b }) => b.proposed_at.localeCompare(a.proposed_at) || b.version - a.version,
    );
    let settled = 0;
    return newest.filter((record) => isOpen(record) || ++settled <= MAX_LISTED_SETTLED).map(({ snapshot }) => snapshot);
  }

  async poke(): Promise<void> {
    // What the platform says about a lost or stuck alarm is not to be believed; set it anew.
    this.#alarmAt = null;
    await this.#wake();
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    if (isForgettable(this.#deal, this.#hasUnsent(), this.ports.now())) await this.#forget();
    else await this.#wake();
  }

  async #wake(): Promise<void> {
    // Armed before the controls are asked: a crash meanwhile must not leave what is due without an alarm.
    this.#arm();
    const controls = wantsControls(this.#deal, this.ports.now()) ? await this.#controls() : null;
    this.#commit(wake(this.#deal, this.ports.now(), controls));
    this.#arm();
    await this.#drain();
  }

  /** Null when they can't be asked: then nothing runs unattended. */
  async #controls(): Promise<ControlsView | null> {
    if (this.ctx.id.name === OPS_SUBJECT) return FREE;
    try {
      return await this.ports.controls();
    } catch (error) {
      this.ports.log("error", "controls_not_reached", { reason: String(error) });
      return null;
    }
  }

  #isStep(actionId: string): boolean {
    return (this.#deal.records.get(actionId)?.step ?? null) !== null;
  }

  /** Deletes everything, the alarm too; what is left is an object that was never used. */
  async #forget(): Promise<void> {
    await this.ctx.storage.deleteAll();
    this.#deal = EMPTY_DEAL;
  }

  #commit<Result>({ result, change }: Decided<Result>): Result {
    if (change === null) return result;
    const { sql } = this.ctx.storage;
    const publications = publicationsOf(this.#deal, change, this.ports);
    this.ctx.storage.transactionSync(() => {
      if (this.#deal === EMPTY_DEAL) storage.migrate(sql);
      for (const record of change.changed) storage.writeRecord(sql, record);
      for (const actionId of change.forgotten) storage.forgetRecord(sql, actionId);
      if (change.horizonMoved && change.deal.horizon !== null) storage.writeHorizon(sql, change.deal.horizon);
      storage.appendOutbox(sql, publications);
    });
    this.#deal = change.deal;
    this.#arm();
    this.ctx.waitUntil(this.#drain());
    return result;
  }

  /** Moves the alarm earlier, never later: one that fires for nothing costs less than the row to move it. */
  #arm(): void {
    const now = this.ports.now();
    const next = nextAlarm(this.#deal, this.#hasUnsent(), now);
    if (next === null || (this.#alarmAt !== null && this.#alarmAt <= next)) return;
    // An alarm at this very millisecond, set from within an alarm, may be lost (workerd#6866).
    this.#alarmAt = Math.max(next, now + 1);
    void this.ctx.storage.setAlarm(this.#alarmAt);
  }

  #hasUnsent(): boolean {
    return this.#deal !== EMPTY_DEAL && storage.hasOutbox(this.ctx.storage.sql);
  }

  /** One run at a time; a run takes what is appended while it sends. */
  async #drain(): Promise<void> {
    if (this.#draining || !this.#hasUnsent()) return;
    this.#draining = true;
    const { sql } = this.ctx.storage;
    const { publish, count, log } = this.ports;
    try {
      const forget = (seq: number) => storage.forgetOutbox(sql, seq);
      await drainOutbox({ unsent: () => storage.readOutbox(sql), forget, publish, count, log });
    } finally {
      this.#draining = false;
    }
  }
}
