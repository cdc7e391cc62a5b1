// biome-ignore-all lint/suspicious/noThenProperty: `when … then …` is how a rule reads, and it holds no function.
import { expect, test } from "vitest";
import { compile } from "./compile.ts";
import { enriched } from "./enriched.fixture.ts";
import { evaluate } from "./evaluate.ts";

/** The delivery and the thread of the one follow-up that a ruleset asks for. */
function followUp(defaults: object, given: object) {
  const rule = {
    id: "follow-up",
    for: "a test",
    when: "true",
    then: [
      {
        do: "draft_followup",
        with: {
          to: [{ email: "dana@acme.test", name: null }],
          subject: "x",
          body: "y",
          from: "sam@dealwire.test",
          ...given,
        },
      },
    ],
  };
  const compiled = compile({ defaults, rules: [rule] }, "test");
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { fired } = evaluate(compiled.ruleset, enriched(), Date.now());
  return fired[0]?.actions[0]?.content.params;
}

test.each([
  [{}, {}, "send"],
  [{ deliver: "draft" }, {}, "draft"],
  [{ deliver: "draft" }, { deliver: "send" }, "send"],
])("with defaults %j and a rule that says %j a follow-up is: %s", (defaults, given, deliver) => {
  expect(followUp(defaults, given)).toMatchObject({ deliver });
});

test("a follow-up goes on with the conversation that there is, unless its rule begins a new one", () => {
  expect(followUp({}, {})).toMatchObject({ thread_id: "latest" });
  expect(followUp({}, { thread_id: null })).toMatchObject({ thread_id: null });
});
