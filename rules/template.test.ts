// Templates: what is inserted, what is refused when compiling, and what fails rather than going out wrong.
import { describe, expect, test } from "vitest";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { contextOf } from "./context.ts";
import { enriched } from "./enriched.fixture.ts";
import { compileTemplate, MAX_INSERTED_CHARACTERS } from "./template.ts";
import { decisionEnvironment } from "./vocabulary.ts";

const environment = decisionEnvironment();

function render(source: string, signal: SignalEnriched = enriched()) {
  const compiled = compileTemplate(environment, source);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.mistakes));
  return compiled.template(contextOf(signal, 0));
}

function mistakesOf(source: string) {
  const compiled = compileTemplate(environment, source);
  return compiled.ok ? [] : compiled.mistakes;
}

describe("a text with slots", () => {
  test.each([
    ["plain", "plain"],
    ["", ""],
    ["{{ deal.name }}: {{ deal.days_to_close }} days", "Acme renewal: 14 days"],
    ['{{ "}}" + "{{" }}!', "}}{{!"],
    ["it's {{ 'quoted \\' }}' }}!", "it's quoted ' }}!"],
    ["a }b{ {{ deal.is_open }}", "a }b{ true"],
    ["{{ deal.?owner.?name }}!", "Sam Rep!"],
  ])("%s", (source, text) => {
    expect(render(source)).toEqual({ ok: true, value: text });
  });

  test("keeps its own line breaks and gets none from a signal", () => {
    const deal = { name: "  Acme\r\nBcc: everyone@evil.test\u2028\u0000 \u202Eend  " };
    expect(render("To:\n{{ deal.name }}.", enriched({ deal }))).toEqual({
      ok: true,
      value: "To:\nAcme Bcc: everyone@evil.test end.",
    });
  });

  test("inserts what looks like a template as it is", () => {
    const deal = { name: "{{ deal.owner.email }} {{ 1 + 1 }}" };
    expect(render("{{ deal.name }}!", enriched({ deal }))).toEqual({
      ok: true,
      value: "{{ deal.owner.email }} {{ 1 + 1 }}!",
    });
  });

  test("cuts a long value between characters", () => {
    const result = render("{{ deal.name }}!", enriched({ deal: { name: "🎉".repeat(250) } }));
    expect(result).toEqual({ ok: true, value: `${"🎉".repeat(MAX_INSERTED_CHARACTERS - 1)}…!` });
  });

  test.each([
    ["a missing record", "Hi {{ deal.owner.name }}", "No such key: owner"],
    ["an empty optional", "Hi {{ deal.?owner.?name }}", 'nothing to insert for "deal.?owner.?name"'],
    ["a missing fact", "{{ signal.payload.facts.seats }} seats", "No such key: seats"],
    ["a list out of bounds", "Hi {{ deal.contacts[7].name }}", "index out of bounds"],
  ])("fails on %s", (_, source, reason) => {
    expect(render(source, enriched({ deal: { owner: null } }))).toEqual({
      ok: false,
      reason: expect.stringContaining(reason),
    });
  });

  test("fails on a blank value, which is as good as missing", () => {
    expect(render("Hi {{ deal.name }}", enriched({ deal: { name: " \t " } })).ok).toBe(false);
  });
});

describe("a string that is one slot", () => {
  test.each([
    ["{{ deal.days_to_close }}", 14],
    ["{{ deal.contacts.map(contact, contact.id) }}", ["hubspot:501"]],
    ["{{ signal.fired_at }}", "2026-11-20T10:00:00.000Z"],
    ["{{ account.?name }}", null],
    ["{{ deal.?name }}", "Acme renewal"],
    ["{{ deal.owner }}", { id: "hubspot:77", name: "Sam Rep", email: "sam@dealwire.test", time_zone: "Europe/Lisbon" }],
    ["{{ {'a': {'b': [1, 2]} } }}", { a: { b: [1, 2] } }],
  ])("%s is the value itself", (source, value) => {
    expect(render(source)).toEqual({ ok: true, value });
  });
});

describe("refused when compiling, with the position", () => {
  test.each([
    ["Hi {{ deal.nmae }}", "No such key: nmae", 11],
    ["Hi {{ deal.name", "do not match", 3],
    ["Hi }} there", "do not match", 3],
    ["Hi {{ }}", "Unexpected", 6],
    ["Hi {{ deal.name + 1 }}", "no such overload", 6],
    ["Hi {{ deal.contacts }}", "list<Contact> can't stand inside a text", 5],
    ["Hi {{ deal.?owner }}", "optional<Owner> can't stand inside a text", 5],
    ["Hi {{ null }}", "can't stand inside a text", 5],
  ])("%s", (source, message, position) => {
    expect(mistakesOf(source)).toEqual([{ message: expect.stringContaining(message), position }]);
  });

  test("all mistakes of a template at once", () => {
    expect(mistakesOf("{{ a }} {{ b }} {{")).toHaveLength(3);
  });
});
