// Patterns that could hold up every signal are found when the rules are saved.
import { expect, test } from "vitest";
import { whyRefused } from "./pattern.ts";

test.each([
  "champion|decision",
  "^acme.*$",
  "^[a-z+]+-[0-9]{2,4}",
  "(north|south)-east",
  "(?:ab)+",
  "^\\(a+\\)+",
  "v\\d+",
])("%s is fine", (pattern) => expect(whyRefused(pattern)).toBeNull());

test.each([
  ["(", "not a regular expression"],
  ["(a+)+$", "could take for ever"],
  ["(?:a|aa)*b", "could take for ever"],
  ["((a*)b)+", "could take for ever"],
  ["(\\d+){2,}", "could take for ever"],
  [".*x.*", "too many repeats"],
  ["^.*.*.*x", "too many repeats"],
  ["(a)\\1", "there is no \\1"],
  ["a(?=b)", "there is no (?="],
])("%s is refused: %s", (pattern, reason) => expect(whyRefused(pattern)).toContain(reason));

test("what is let through is quick on a text that is made to be slow", () => {
  const text = `${"a".repeat(10_000)}!`;
  const startedAt = performance.now();
  for (const pattern of ["^a*a*b", "(a+)b", "(?:aa)+$"]) {
    expect(whyRefused(pattern)).toBeNull();
    expect(new RegExp(pattern).test(text)).toBe(false);
  }
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
