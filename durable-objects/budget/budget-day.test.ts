// What the language model may still cost, on one day and for one signal.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type BudgetDay, dayAt, reserve, settle, statusOf } from "./budget-day.ts";

const NOON = Date.parse("2026-11-20T12:00:00.000Z");
const LIMIT = 1_000;
const empty = () => dayAt(null, NOON);
const ask = (call_id: string, micro_usd: number, signal_id = call_id) => {
  return { call_id, signal_id, micro_usd, signal_limit_micro_usd: 500 };
};

function after(day: BudgetDay, ...asks: ReturnType<typeof ask>[]) {
  let last: ReturnType<typeof reserve> = { day, answer: { ok: true } };
  for (const each of asks) last = reserve(last.day, each, LIMIT);
  return last;
}

test("a call is counted at what it may cost, then at what it did", () => {
  const { day } = after(empty(), ask("a", 400));
  expect(statusOf(day, LIMIT)).toMatchObject({ spent_micro_usd: 400, calls: 1, level: "ok" });
  expect(statusOf(settle(day, "a", 30, LIMIT), LIMIT).spent_micro_usd).toBe(30);
});

test("at 80 per cent the day is near its end, and stays so when calls settle lower", () => {
  const { day } = after(empty(), ask("a", 400), ask("b", 400));
  expect(day.level).toBe("near");
  expect(settle(day, "a", 1, LIMIT).level).toBe("near");
});

test("a call that no longer fits is refused and exhausts the day; it is not counted", () => {
  const { day, answer } = after(empty(), ask("a", 500), ask("b", 400), ask("c", 200));
  expect(answer).toEqual({ ok: false, why: "day" });
  expect(statusOf(day, LIMIT)).toMatchObject({ spent_micro_usd: 900, calls: 2, refused: 1, level: "exhausted" });
});

test("one signal can't use up the day", () => {
  const { answer } = after(empty(), ask("a", 300, "sig"), ask("b", 300, "sig"));
  expect(answer).toEqual({ ok: false, why: "signal" });
});

test("midnight in UTC starts from zero, and what settles late changes nothing", () => {
  const { day } = after(empty(), ask("a", 500), ask("b", 500));
  const next = dayAt(day, Date.parse("2026-11-21T00:00:00.000Z"));
  expect(statusOf(next, LIMIT)).toMatchObject({ day: "2026-11-21", spent_micro_usd: 0, level: "ok" });
  expect(settle(next, "a", 1, LIMIT)).toBe(next);
  expect(dayAt(day, NOON + 3_600_000)).toBe(day);
});

test("without a budget nothing is granted", () => {
  expect(reserve(empty(), ask("a", 1), 0).answer).toEqual({ ok: false, why: "day" });
});

test("whatever is asked, what is granted never exceeds the day's budget", () => {
  const asks = fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 400 })), { maxLength: 40 });
  fc.assert(
    fc.property(asks, (costs) => {
      const { day } = after(empty(), ...costs.map(([signal, cost], index) => ask(`${index}`, cost, `s${signal}`)));
      expect(statusOf(day, LIMIT).spent_micro_usd).toBeLessThanOrEqual(LIMIT);
    }),
  );
});
