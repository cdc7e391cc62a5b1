// URGENCY_RULES replaces the table, or changes nothing and says why.
import { expect, test } from "vitest";
import { readUrgencyRules, URGENCY_RULES } from "./urgency-rules.ts";

test("a table of a deployment replaces the one that ships, which is one itself", () => {
  const own = [{ reason: "any open deal", urgency: "high" }];
  expect(readUrgencyRules(JSON.stringify(own))).toEqual({ rules: own, problem: null });
  expect(readUrgencyRules(JSON.stringify(URGENCY_RULES))).toEqual({ rules: URGENCY_RULES, problem: null });
  expect(readUrgencyRules(" ")).toEqual({ rules: URGENCY_RULES, problem: null });
});

test.each([
  ["{", /not JSON/],
  ['[{"reason":"x","urgency":"urgent"}]', /urgency/],
  ['[{"reason":"x","urgency":"high","idle_days":3}]', /idle_days/],
])("%s changes nothing and says what is wrong", (text, problem) => {
  expect(readUrgencyRules(text)).toEqual({ rules: URGENCY_RULES, problem: expect.stringMatching(problem) });
});
