// Which texts of a model can be trusted to say only what it was told.
import fc from "fast-check";
import { expect, test } from "vitest";
import { textProblem } from "./check-text.ts";

const FACTS = "Hi Dana,\nAcme renewal is due on 4 December 2026, for 12,500.00. See https://acme.test/plan\nSam Rep";
const problem = (text: string, language = "English") => textProblem(text, FACTS, language);

test.each([
  "Hi Dana,\n\nIs 4 December still right for Acme renewal?\n\nBest regards\nSam Rep",
  "It is about 12500, as on https://acme.test/plan.",
  "Shall we talk? I'm glad to find a time, e.g. next week. Acme's view counts.",
  "",
])("%j says nothing new", (text) => {
  expect(problem(text)).toBeNull();
});

test.each([
  ["an address", "Write to mallory@elsewhere.example"],
  ["an address", "Write to mallory＠elsewhere.example"],
  ["an address", "Ping @channel"],
  ["a link", "Open https://elsewhere.example/login"],
  ["a link", "Open elsewhere.example now"],
  ["a link", "Call tel:+123"],
  ["a link", "See https://acme.test/planb"],
  ["a number", "We give you 20% off"],
  ["a number", "We give you ２０ off"],
  ["a number", "It is 12,501"],
  ["the name", "Hi Bob, how are you?"],
  ["the name", "I spoke with Maria Lopez"],
  ["a placeholder", "Dear [name]"],
  ["a placeholder", "Hi {{ contact }}"],
  ["a placeholder", "Hi <script>"],
  ["a placeholder", "Best regards\n____"],
  ["control or invisible", "Hi\u200b Dana"],
  ["control or invisible", "Hi\u0007 Dana"],
  ["control or invisible", "\u{e0041}"],
])("%s that the facts don't have refuses %j", (what, text) => {
  expect(problem(text)).toContain(what);
});

test("nouns of a German text are no names; what follows another name is", () => {
  expect(problem("Hallo Dana, passt der Termin noch? Mit freundlichen Grüßen\nSam Rep", "German")).toBeNull();
  expect(problem("Hallo, grüßen Sie bitte Johann Meier", "German")).toContain("the name");
});

test("whatever surrounds it, a foreign address is found", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (before, after) => {
      expect(problem(`${before} eve@evil.test ${after}`)).not.toBeNull();
    }),
  );
});
