import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffSeconds, clampDelay } from "./backoff.ts";

test("waits double with each attempt and never exceed five minutes", () => {
  expect([1, 2, 3, 4].map((attempt) => backoffSeconds(attempt, 5, 1))).toEqual([5, 10, 20, 40]);
  expect(backoffSeconds(30, 5, 1)).toBe(300);
});

test("jitter stays in the upper half, so that no retry comes at once", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
      const ceiling = backoffSeconds(attempt, 5, 1);
      const wait = backoffSeconds(attempt, 5, random);
      expect(wait).toBeGreaterThanOrEqual(Math.floor(ceiling / 2));
      expect(wait).toBeLessThanOrEqual(ceiling);
    }),
  );
});

test("a base of zero retries at once", () => {
  expect(backoffSeconds(4, 0, 0.5)).toBe(0);
});

test("delays are whole seconds that the platform accepts", () => {
  expect(clampDelay(0.2)).toBe(1);
  expect(clampDelay(-3)).toBe(0);
  expect(clampDelay(10 ** 9)).toBe(43_200);
});
