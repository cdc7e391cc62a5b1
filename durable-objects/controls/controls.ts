// The Controls object, one per deployment: what is paused and how far each action type may go by itself. A shell around
// controls-state.ts and autopilot.ts. Rule: a change and its line on the record are stored together.
import { DurableObject } from "cloudflare:workers";
import { ACTION_TYPES, type ActionType } from "#contract/action.ts";
import type { Actor } from "#contract/action-state.ts";
import type {
  ActionOutcome,
  AutopilotLevel,
  ControlsChange,
  ControlsRpc,
  ControlsView,
  PauseScope,
  Promotion,
} from "#contract/controls.ts";
import { demotionOf, promotionOf, type Thresholds } from "./autopilot.ts";
import { type Controlled, type ControlsState, clearPause, setLevel, setPause, viewOf } from "./controls-state.ts";
import * as storage from "./controls-storage.ts";

const BY_AUTOPILOT: Actor = { kind: "system", id: "autopilot", via: "policy" };

export class Controls extends DurableObject<Env> implements ControlsRpc {
  now: () => number = Date.now;
  #state: ControlsState;
  readonly #thresholds: Thresholds;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    storage.createTables(ctx.storage.sql);
    this.#state = storage.readState(ctx.storage.sql);
    this.#thresholds = {
      promoteCases: Number(env.AUTOPILOT_PROMOTE_CASES),
      promotePercent: Number(env.AUTOPILOT_PROMOTE_PERCENT),
      demoteCases: Number(env.AUTOPILOT_DEMOTE_CASES),
    };
  }

  async get(): Promise<ControlsView> {
    return viewOf(this.#state);
  }

  async setPause(on: PauseScope, reason: string, actor: Actor): Promise<ControlsView> {
    return this.#commit(setPause(this.#state, { on, reason, by: actor, at: this.#at() }));
  }

  async clearPause(on: PauseScope, actor: Actor): Promise<ControlsView> {
    return this.#commit(clearPause(this.#state, on, actor, this.#at()));
  }

  async setAutopilot(type: ActionType, level: AutopilotLevel | null, actor: Actor): Promise<ControlsView> {
    return this.#commit(setLevel(this.#state, type, level, { actor, at: this.#at() }));
  }

  async proposals(): Promise<readonly Promotion[]> {
    return ACTION_TYPES.flatMap(
      (type) => promotionOf(type, this.#level(type), this.#outcomes(type), this.#thresholds) ?? [],
    );
  }

  async history(): Promise<readonly ControlsChange[]> {
    return storage.readHistory(this.ctx.storage.sql);
  }

  async record(outcomes: readonly ActionOutcome[]): Promise<void> {
    for (const outcome of outcomes) storage.addOutcome(this.ctx.storage.sql, outcome);
    for (const type of new Set(outcomes.map((outcome) => outcome.type))) {
      const oldest = new Date(this.now() - storage.OUTCOME_RETENTION_MS).toISOString();
      storage.forgetOutcomes(this.ctx.storage.sql, type, oldest);
      const demotion = demotionOf(this.#level(type), this.#outcomes(type), this.#thresholds);
      if (demotion === null) continue;
      this.#commit(
        setLevel(this.#state, type, demotion.to, { actor: BY_AUTOPILOT, at: this.#at(), why: demotion.why }),
      );
    }
  }

  #commit({ state, change }: Controlled): ControlsView {
    if (change !== null) {
      this.ctx.storage.transactionSync(() => storage.writeState(this.ctx.storage.sql, state, change));
      this.#state = state;
    }
    return viewOf(this.#state);
  }

  #level(type: ActionType): AutopilotLevel | null {
    return this.#state.levels[type]?.level ?? null;
  }

  #outcomes(type: ActionType): ActionOutcome[] {
    return storage.readOutcomes(this.ctx.storage.sql, type, this.#state.levels[type]?.since ?? "");
  }

  #at(): string {
    return new Date(this.now()).toISOString();
  }
}
