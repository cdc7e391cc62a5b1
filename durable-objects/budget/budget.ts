// The Budget object, one per deployment: what the language model may still cost today. A shell around budget-day.ts.
// Rules: every change is stored before it is answered, so an eviction forgets no money; a level is told once a day.
import { DurableObject } from "cloudflare:workers";
import { type BudgetAnswer, type BudgetAsk, type BudgetRpc, type BudgetStatus, MICRO_USD } from "#contract/budget.ts";
import { createLog, type Log } from "#runtime/log.ts";
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";
import { type BudgetCall, type BudgetDay, dayAt, reserve, settle, statusOf } from "./budget-day.ts";

const DAY = "day";
const CALL = "call:";

export class Budget extends DurableObject<Env> implements BudgetRpc {
  ports: { now(): number; log: Log } = { now: Date.now, log: createLog("budget") };
  readonly #limit: number;
  #day: BudgetDay | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { kv } = ctx.storage;
    const stored = kv.get<Omit<BudgetDay, "calls">>(DAY);
    const calls = Array.from(kv.list<BudgetCall>({ prefix: CALL }), ([key, call]) => {
      return [key.slice(CALL.length), call] as const;
    });
    if (stored !== undefined) this.#day = { ...stored, calls: new Map(calls) };
    this.#limit = this.#readLimit(env.LLM_DAILY_BUDGET_USD);
  }

  async reserve(ask: BudgetAsk): Promise<BudgetAnswer> {
    const { day, answer } = reserve(this.#today(), ask, this.#limit);
    this.#keep(day, answer.ok ? ask.call_id : null);
    return answer;
  }

  async settle(callId: string, microUsd: number): Promise<void> {
    const today = this.#today();
    const day = settle(today, callId, microUsd, this.#limit);
    if (day !== today) this.#keep(day, callId);
  }

  async status(): Promise<BudgetStatus> {
    return statusOf(this.#today(), this.#limit);
  }

  #readLimit(text: string): number {
    const limit = Math.round(Number(text) * MICRO_USD);
    if (text.trim() !== "" && limit >= 0) return limit;
    const reason = `LLM_DAILY_BUDGET_USD is no amount; the model is not asked. See ${CONFIGURATION_PAGE}`;
    this.ports.log("error", "llm_budget_unreadable", { reason });
    return 0;
  }

  #today(): BudgetDay {
    const known = this.#day;
    const today = dayAt(known, this.ports.now());
    if (known !== null && known !== today) for (const id of known.calls.keys()) this.ctx.storage.kv.delete(CALL + id);
    this.#day = today;
    return today;
  }

  #keep(day: BudgetDay, changed: string | null): void {
    const before = this.#day;
    const { calls, ...rest } = day;
    const { kv } = this.ctx.storage;
    kv.put(DAY, rest);
    if (changed !== null) kv.put(CALL + changed, calls.get(changed));
    this.#day = day;
    if (day.level === "ok" || day.level === before?.level) return;
    const { spent_micro_usd: spent } = statusOf(day, this.#limit);
    const fields = { day: day.day, spent_usd: spent / MICRO_USD, limit_usd: this.#limit / MICRO_USD };
    this.ports.log(day.level === "near" ? "warn" : "error", `llm_budget_${day.level}`, fields);
  }
}
