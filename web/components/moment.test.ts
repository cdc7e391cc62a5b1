import fc from "fast-check";
import { expect, test } from "vitest";
import { Due, relativeText, spanText } from "./moment.tsx";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test.each([
  [0, "now"],
  [14_000, "in 14 s"],
  [95_000, "in 1 min 35 s"],
  [3 * HOUR + 12 * MINUTE + 5_000, "in 3 h 12 min"],
  [-49 * HOUR, "2 d 1 h ago"],
])("%i ms from now is %j", (ms, text) => {
  expect(relativeText(ms)).toBe(text);
});

test("what is due never counts as late: it happens any moment", () => {
  const at = "2026-11-21T12:00:00.000Z";
  const text = (fromNowMs: number) => String(Due({ at, now: Date.parse(at) - fromNowMs }));
  expect(text(14_000)).toContain(">in 14 s<");
  expect(text(0)).toContain(">any moment<");
  expect(text(-5 * MINUTE)).toContain(">any moment<");
});

test("a span has at most two units, and never a unit that is full", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 * 24 * HOUR }), (ms) => {
      const units = spanText(ms).match(/\d+ (ms|s|min|h|d)/g) ?? [];
      expect(units.length).toBeGreaterThan(0);
      expect(units.length).toBeLessThanOrEqual(2);
      expect(spanText(ms)).not.toMatch(/\b60 (s|min)|\b24 h/);
    }),
  );
});
