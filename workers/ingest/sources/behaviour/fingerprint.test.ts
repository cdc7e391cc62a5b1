import { expect, test } from "vitest";
import { fingerprint } from "./fingerprint.ts";

test.for([
  ["", "6c62272e07bb014262b821756295c58d"],
  ["a", "d228cb696f1a8caf78912b704e4a8964"],
] as const)("the published vector of %o", ([text, hex]) => {
  expect(fingerprint(text)).toBe(hex);
});

test("texts that differ by a little get names that differ", () => {
  const names = Array.from({ length: 1_000 }, (_, index) => fingerprint(`visitor${index}@example.com`));
  expect(new Set(names).size).toBe(names.length);
});
