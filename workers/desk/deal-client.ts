// How the desk speaks to Deal objects. Rule: a stub that failed is broken and is never used again; a failure that the
// platform calls retryable is tried once more with a fresh one, an overloaded object is left alone.
// Source: https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { DealName, DealRpc, DecideCommand, DecideResult } from "#contract/deal.ts";

export type DealFailure = { ok: false; code: "overloaded" | "unreachable"; reason: string };
export type DealAnswer<Value> = { ok: true; value: Value } | DealFailure;

export type DealClient = {
  decide(subject: DealName, command: DecideCommand): Promise<DealAnswer<DecideResult>>;
  /** All actions on the subject, newest first. */
  list(subject: DealName): Promise<DealAnswer<readonly ActionSnapshot[]>>;
};

export type DealStub = Pick<DealRpc, "decide" | "list">;

/** `stubOf` gives a fresh stub at each call. */
export function createDealClient(stubOf: (subject: DealName) => DealStub): DealClient {
  async function call<Value>(
    subject: DealName,
    ask: (stub: DealStub) => Promise<Value>,
    mayRetry = true,
  ): Promise<DealAnswer<Value>> {
    try {
      return { ok: true, value: await ask(stubOf(subject)) };
    } catch (error) {
      if (hasFlag(error, "overloaded")) return { ok: false, code: "overloaded", reason: String(error) };
      if (mayRetry && hasFlag(error, "retryable")) return call(subject, ask, false);
      return { ok: false, code: "unreachable", reason: String(error) };
    }
  }
  return {
    decide: (subject, command) => call(subject, (stub) => stub.decide(command)),
    list: (subject) => call(subject, (stub) => stub.list()),
  };
}

function hasFlag(error: unknown, flag: "overloaded" | "retryable"): boolean {
  return error instanceof Error && Reflect.get(error, flag) === true;
}
