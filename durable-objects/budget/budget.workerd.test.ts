// The Budget object on the platform itself: money survives an eviction, and an alert is told once.
/// <reference path="../worker-configuration.d.ts" />
/// <reference types="@cloudflare/vitest-plugin/types" />
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Budget } from "./budget.ts";

const ask = (call_id: string, micro_usd: number) => {
  return { call_id, signal_id: call_id, micro_usd, signal_limit_micro_usd: 5_000_000 };
};

it("remembers what was spent over an eviction, tells 80 and 100 per cent once each, and forgets at midnight", async () => {
  const budget: DurableObjectStub<Budget> = env.BUDGET.getByName("budget");
  const told: string[] = [];
  const listen = (ms: number) =>
    runInDurableObject(budget, (object: Budget) => {
      object.ports = { now: () => Date.now() + ms, log: (level, event) => told.push(`${level} ${event}`) };
    });
  await listen(0);
  expect(await budget.reserve(ask("a", 3_000_000))).toEqual({ ok: true });
  expect(await budget.reserve(ask("b", 1_500_000))).toEqual({ ok: true });
  await budget.settle("a", 2_900_000);
  await evictDurableObject(budget);
  await listen(0);
  expect(await budget.status()).toMatchObject({ spent_micro_usd: 4_400_000, calls: 2, level: "near" });
  expect(await budget.reserve(ask("c", 1_000_000))).toEqual({ ok: false, why: "day" });
  expect(await budget.reserve(ask("d", 1_000_000))).toEqual({ ok: false, why: "day" });
  expect(told).toEqual(["warn llm_budget_near", "error llm_budget_exhausted"]);

  await listen(86_400_000);
  expect(await budget.reserve(ask("e", 10))).toEqual({ ok: true });
  expect(await budget.status()).toMatchObject({ spent_micro_usd: 10, refused: 0, level: "ok" });
  const keys = await runInDurableObject(budget, (_object, { storage }) =>
    Array.from(storage.kv.list(), ([key]) => key),
  );
  expect(keys).toEqual(["call:e", "day"]);
});
