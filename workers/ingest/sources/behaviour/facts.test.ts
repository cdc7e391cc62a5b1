import fc from "fast-check";
import { expect, test } from "vitest";
import { SignalFacts } from "#contract/signal-received.ts";
import { factsOf } from "./facts.ts";

test("own facts win over properties of the same name", () => {
  expect(factsOf({ name: "Home", email: null }, { name: "other", email: "a@b.c" })).toEqual({
    name: "Home",
    email: "a@b.c",
  });
});
test("what stands one level deep is kept, and what is deeper or a list is cut", () => {
  const bag = { company: { name: "Initech", plan: { seats: 3 } }, tags: ["a"], none: null, empty: "" };
  expect(factsOf({}, bag)).toEqual({ company_name: "Initech", cut: true });
});
test.for([
  ["a long text", { a: "x".repeat(301) }, { a: "x".repeat(300), cut: true }],
  ["a long name", { ["x".repeat(61)]: 1 }, { cut: true }],
  ["a name of ours", { cut: "no" }, { cut: true }],
] as const)("%s is cut", ([, bag, facts]) => {
  expect(factsOf({}, bag)).toEqual(facts);
});
test("of a thousand properties the first thirty are kept", () => {
  const facts = factsOf({}, Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`p${index}`, index])));
  expect(Object.keys(facts)).toHaveLength(31);
  expect(facts).toMatchObject({ p29: 29, cut: true });
});
test("whatever is said, the facts keep the contract and stay small", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (bag) => {
      const facts = factsOf({}, bag);
      expect(SignalFacts.shape.facts.safeParse(facts).success).toBe(true);
      expect(JSON.stringify(facts).length).toBeLessThan(70_000);
    }),
  );
});
