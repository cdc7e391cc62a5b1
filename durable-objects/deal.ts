// The Deal object: the single writer of what may happen on one subject. A shell: each call computes a pure command on
// the state in memory, stores what changed together with what is to be published in one transaction, arms the alarm
// and answers; sending comes after. Rules: no await between reading the state and writing it; the answer never waits
// for a queue; the alarm is armed before anything is sent, so a crash at any point loses nothing.

import { DurableObject } from "cloudflare:workers";
import { uuidv7 } from "uuidv7";
import type { ActionSnapshot, Undo } from "#contract/action-state.ts";
import { type ActionOutcome, CONTROLS_NAME, type ControlsView, OPS_SUBJECT } from "#contract/controls.ts";
import {
  type ClaimResult,
  type Courier,
  type DealRpc,
  type DecideCommand,
  type DecideResult,
  type Entrusted,
  LEASE_SECONDS,
  type ProposeResult,
  type Report,
  type ReportResult,
} from "#contract/deal.ts";
import type { Event } from "#contract/envelope.ts";
import { PlanDecided } from "#contract/plan-decided.ts";
import { codeVersionOf } from "#runtime/code-version.ts";
import { createLog, type Log } from "#runtime/log.ts";
import { createPublish, type EnvelopePorts, type Publish } from "#runtime/publish.ts";
import { countedStub, use, withUsage } from "#runtime/usage.ts";
import { type ActionRecord, isOpen } from "./action-record.ts";
import { claim, isToBeAskedAgain } from "./claim.ts";
import { type DealState, type Decided, EMPTY_DEAL } from "./deal-state.ts";
import * as storage from "./deal-storage.ts";
import { decide, prepareEdit } from "./decide.ts";
import { type Asker, owedTo, share } from "./entrust.ts";
import { erase, type Forgotten } from "./erase.ts";
import { FREE } from "./gate.ts";
import { keep } from "./keep.ts";
import { isForgettable, nextAlarm } from "./next-alarm.ts";
import { drainOutbox, type Unsent, withUnsent } from "./outbox.ts";
import { knows, propose } from "./propose.ts";
import { type Publication, publicationsOf } from "./publications.ts";
import { report } from "./report.ts";
import { wake, wantsControls } from "./wake.ts";

export type DealPorts = EnvelopePorts & {
  newLeaseId(): string;
  leaseSeconds: number;
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
  #unsent: Unsent = new Map();
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
      leaseSeconds: LEASE_SECONDS,
      publish: createPublish({
        actions: env.ACTIONS,
        rechecks: env.RECHECKS,
        notices: env.NOTICES,
        audit: env.AUDIT,
      }),
      log: createLog("deal"),
      // A fresh stub for each call: after an exception one may stay broken.
      controls: () => countedStub(env.CONTROLS.getByName(CONTROLS_NAME)).get(),
      count: (outcomes) => countedStub(env.CONTROLS.getByName(CONTROLS_NAME)).record(outcomes),
    };
    void ctx.blockConcurrencyWhile(async () => {
      const opened = storage.openDeal(ctx.storage);
      this.#deal = opened.deal;
      this.#unsent = opened.unsent;
      this.#alarmAt = await ctx.storage.getAlarm();
      // Only a missing alarm is set: a pending one would be overwritten here before it is delivered.
      if (this.#alarmAt === null) this.#arm();
    });
  }

  async propose(plan: Event<PlanDecided>, courier?: Courier): Promise<ProposeResult> {
    const signalId = plan.payload.signal_id;
    const controls = knows(this.#deal, signalId) ? null : await this.#controls();
    const subject = this.ctx.id.name ?? plan.payload.subject;
    // A caller that is still of the version before knows nothing of the newer fields.
    const current = { ...plan, payload: PlanDecided.parse(plan.payload) };
    const decided = propose(this.#deal, current, subject, this.ports.now(), controls);
    const { result, entrusted } = this.#commit(decided, courier && { by: "plans", signalId });
    return entrusted.length > 0 ? { ...result, entrusted } : result;
  }

  async claim(actionId: string, courier?: Courier): Promise<ClaimResult> {
    const { newLeaseId, now, leaseSeconds } = this.ports;
    const controls = isToBeAskedAgain(this.#deal, actionId, now()) ? await this.#controls() : FREE;
    const decided = claim(this.#deal, actionId, newLeaseId(), now(), leaseSeconds, controls);
    const { result, entrusted } = this.#commit(decided, courier && { by: "actions", actionId, command: "claim" });
    return !result.ok && result.code === "already_done" && entrusted.length > 0 ? { ...result, entrusted } : result;
  }

  async keep(actionId: string, leaseId: string, undo: Undo): Promise<ReportResult> {
    return this.#commit(keep(this.#deal, actionId, leaseId, undo, this.ports.now())).result;
  }

  async report(actionId: string, leaseId: string, told: Report, courier?: Courier): Promise<ReportResult> {
    const controls = this.#isStep(actionId) ? await this.#controls() : null;
    const decided = report(this.#deal, actionId, leaseId, told, this.ports.now(), controls);
    const { result, entrusted } = this.#commit(decided, courier && { by: "actions", actionId, command: "report" });
    return result.ok && entrusted.length > 0 ? { ...result, entrusted } : result;
  }

  async decide(command: DecideCommand): Promise<DecideResult> {
    const edited = await prepareEdit(this.#deal, command);
    const controls = this.#isStep(command.action_id) ? await this.#controls() : null;
    return this.#commit(decide(this.#deal, command, edited, this.ports.now(), controls)).result;
  }

  async erase(who: Forgotten): Promise<{ erased: number }> {
    return this.#commit(erase(this.#deal, who, this.ports.now())).result;
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
    if (isForgettable(this.#deal, this.#unsent.size > 0, this.ports.now())) await this.#forget();
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
    this.#unsent.clear();
  }

  /** Stores a change and sends it, or answers what the asker is to send; without a change, what the asker may not have sent. */
  #commit<Result>({ result, change }: Decided<Result>, asker: Asker | null = null) {
    if (change === null) {
      const entrusted: Entrusted = asker === null ? [] : owedTo(asker, this.#deal, this.ports);
      return { result, entrusted };
    }
    const publications = publicationsOf(this.#deal, change, this.ports);
    const { deal, changed, unsent, entrusted } = share(change, publications, asker, this.ports);
    const rows = changed.map(({ snapshot }) => snapshot.action.action_id);
    const added = withUnsent(this.#unsent, unsent, rows);
    const { storage: store } = this.ctx;
    store.transactionSync(() => {
      for (const record of changed) storage.writeAction(store, record, this.#unsentOn(record, added));
      for (const actionId of change.forgotten) if (!this.#unsent.has(actionId)) storage.forgetAction(store, actionId);
      if (change.horizonMoved && deal.horizon !== null) storage.writeHorizon(store, deal.horizon);
    });
    this.#deal = deal;
    for (const [actionId, publications] of added) this.#unsent.set(actionId, publications);
    this.#arm();
    if (this.#unsent.size > 0) this.ctx.waitUntil(this.#drain());
    return { result, entrusted: telling(entrusted) };
  }

  #unsentOn({ snapshot: { action } }: ActionRecord, added: Unsent = this.#unsent): readonly Publication[] {
    return added.get(action.action_id) ?? this.#unsent.get(action.action_id) ?? [];
  }

  /** Moves the alarm earlier, never later: one that fires for nothing costs less than the row to move it. */
  #arm(): void {
    const now = this.ports.now();
    const next = nextAlarm(this.#deal, this.#unsent.size > 0, now);
    if (next === null || (this.#alarmAt !== null && this.#alarmAt <= next)) return;
    // An alarm at this very millisecond, set from within an alarm, may be lost (workerd#6866).
    this.#alarmAt = Math.max(next, now + 1);
    use("object_rows_written");
    void this.ctx.storage.setAlarm(this.#alarmAt);
  }

  /** One run at a time; a run takes what is added while it sends. */
  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    const { publish, count, log } = this.ports;
    try {
      const forget = (actionIds: readonly string[]) => this.#forgetSent(actionIds);
      await drainOutbox({ unsent: this.#unsent, forget, publish, count, log });
    } finally {
      this.#draining = false;
    }
  }

  #forgetSent(actionIds: readonly string[]): void {
    const { storage: store } = this.ctx;
    store.transactionSync(() => {
      for (const actionId of actionIds) {
        const record = this.#deal.records.get(actionId);
        if (record === undefined) storage.forgetAction(store, actionId);
        else storage.writeAction(store, record, this.#unsentOn(record));
      }
    });
  }
}

/** With the first step that the caller publishes goes what this isolate used of the platform. */
function telling(entrusted: Entrusted): Entrusted {
  const first = entrusted.findIndex(({ queue }) => queue === "audit");
  return entrusted.map((each, place) => {
    const [envelope = each.envelope] = place === first ? withUsage([each.envelope]) : [];
    return { ...each, envelope };
  });
}
