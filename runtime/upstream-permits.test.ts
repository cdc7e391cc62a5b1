import fc from "fast-check";
import { expect, test } from "vitest";
import { available, granted, type Limit, leaseMs, type Window } from "./upstream-permits.ts";

const HUBSPOT: Limit = { max: 190, windowMs: 10_000 };
const CHANNEL: Limit = { max: 1, windowMs: 1_000 };

test("permits come in blocks for a fast limit and one by one for a slow one", () => {
  expect(available([], HUBSPOT, 0)).toEqual({ count: 10, waitMs: 0 });
  expect(available([], CHANNEL, 0)).toEqual({ count: 1, waitMs: 0 });
  expect(available([], { max: 500, windowMs: 86_400_000 }, 0)).toEqual({ count: 1, waitMs: 0 });
});

test("who gets none is told when there will be some", () => {
  const window = granted([], CHANNEL, 1, 100);
  const { count, waitMs } = available(window, CHANNEL, 150);
  expect(count).toBe(0);
  expect(available(window, CHANNEL, 150 + waitMs - 1).count).toBe(0);
  expect(available(window, CHANNEL, 150 + waitMs).count).toBe(1);
});

test("a day of mails is remembered in a few entries", () => {
  const limit = { max: 500, windowMs: 86_400_000 };
  let window: Window = [];
  for (let mail = 0; mail < 500; mail += 1) window = granted(window, limit, 1, mail * 170_000);
  expect(window.length).toBeLessThan(25);
});

test("in no window are more calls made than the limit, however many isolates lease and however late they call", () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 900 }),
    /** When within the lease each permit is used, as a share of it. */
    uses: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 10, maxLength: 10 }),
  });
  const limits = fc.record({
    max: fc.integer({ min: 1, max: 60 }),
    windowMs: fc.integer({ min: 200, max: 10_000 }),
  });
  fc.assert(
    fc.property(limits, fc.array(step, { maxLength: 120 }), (limit, steps) => {
      let window: Window = [];
      let now = 1_000;
      const calls: number[] = [];
      for (const { wait, uses } of steps) {
        now += wait;
        const { count } = available(window, limit, now);
        if (count === 0) continue;
        window = granted(window, limit, count, now);
        calls.push(...uses.slice(0, count).map((share) => now + share * leaseMs(limit)));
      }
      for (const start of calls) {
        const inWindow = calls.filter((at) => at >= start && at < start + limit.windowMs).length;
        expect(inWindow).toBeLessThanOrEqual(limit.max);
      }
    }),
    { numRuns: 300 },
  );
});
