// What is left out by the event alone answers as it would if it were evaluated.
import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contextOf } from "./context.ts";
import { enriched } from "./enriched.fixture.ts";
import { eventsOf } from "./event-filter.ts";
import { compileExpression } from "./expression.ts";
import { decisionEnvironment } from "./vocabulary.ts";

const EVENTS = ["deal.created", "page.viewed", "call.completed"];
const environment = decisionEnvironment();
const parse = (source: string): ASTNode => new Environment({ enableOptionalTypes: true }).parse(source).ast;

test.each([
  ['signal.payload.event == "a" && deal.is_open', ["a"]],
  ['deal.is_open && "a" == signal.payload.event', ["a"]],
  ['signal.payload.event in ["a", "b"] && signal.payload.event in ["b", "c"]', ["b"]],
  ['(signal.payload.event == "a" && deal.is_open) || signal.payload.event == "b"', ["a", "b"]],
  ['signal.payload.event == "a" || deal.is_open', null],
  ['signal.payload.event != "a"', null],
  ['!(signal.payload.event == "a")', null],
  ['deal.is_open ? signal.payload.event == "a" : true', null],
  ['signal.payload.event in ["a", signal.source]', null],
  ['signal.payload.property == "a"', null],
])("%s is about %j", (source, events) => {
  expect(eventsOf(parse(source))).toEqual(events === null ? null : new Set(events));
});

/** Answers true or false, or fails: without a deal `deal.name` is missing. */
const leaf = fc.oneof(
  fc.constantFrom(...EVENTS).map((event) => `signal.payload.event == "${event}"`),
  fc.subarray(EVENTS, { minLength: 1 }).map((events) => `signal.payload.event in ${JSON.stringify(events)}`),
  fc.constantFrom("true", "false", "has(deal.id)", 'deal.name == "x"', '"x" == account.name'),
);
const condition = fc.letrec<{ all: string }>((tie) => ({
  all: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.tuple(tie("all"), fc.constantFrom("&&", "||"), tie("all")).map((parts) => `(${parts.join(" ")})`),
    tie("all").map((inner) => `!(${inner})`),
  ),
})).all;

test("whatever the condition and the event, the answer is that of CEL", () => {
  fc.assert(
    fc.property(condition, fc.constantFrom(...EVENTS, "deal.deleted", " "), fc.boolean(), (source, event, isKnown) => {
      const signal = enriched({ payload: { event }, ...(isKnown ? {} : { deal: null }) });
      const compiled = compileExpression(environment, source);
      if (!compiled.ok) throw new Error(compiled.mistake.message);
      const answer = compiled.expression.evaluate(contextOf(signal, 0));
      // `!!` hides the events from the filter.
      const whole = compileExpression(environment, `!(!(${source}))`);
      const expected = whole.ok ? whole.expression.evaluate(contextOf(signal, 0)) : whole;
      expect(answer.ok ? answer.value : "fails").toEqual("value" in expected ? expected.value : "fails");
    }),
    { numRuns: 300 },
  );
});
