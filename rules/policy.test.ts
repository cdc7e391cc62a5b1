// Approvals, hours, targets and order: what a document says for a rule, for a type of action, or for everything.
import { describe, expect, test } from "vitest";
import { DANA, enriched } from "./enriched.fixture.ts";
import { evaluateWithFallback } from "./evaluate.ts";
import { compileText } from "./parse-document.ts";
import { buildPlan } from "./plan.ts";

const MAIL = `{ do: draft_followup, with: { to: [{ email: dana@acme.test, name: null }], subject: Hi, body: Hello } }`;

async function planOf(document: string, signal = enriched()) {
  const compiled = compileText(document, "t");
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { ruleset } = compiled;
  const evaluation = evaluateWithFallback(ruleset, signal, Date.parse(signal.enriched_at));
  return buildPlan(signal, evaluation, { ruleset, approvalTtlSeconds: 14_400, decidedAt: signal.enriched_at });
}

function mailing(rest = "", head = ""): string {
  return `${head}\nrules: [{ id: mail, for: It mails., when: "true", then: [${MAIL}]${rest} }]`;
}

describe("approval", () => {
  test("is asked for what leaves the house, and never runs unattended, when nothing is written", async () => {
    const asked = { ttl_seconds: 14_400, on_timeout: "expire", escalate_before_seconds: 0 };
    expect((await planOf(mailing())).actions[0]?.approval).toEqual(asked);
  });
  test("of the rule counts before that of the type", async () => {
    const head = "policies: { draft_followup: { approval: { ttl: 2h, on_timeout: wait, escalate_before: 30m } } }";
    expect((await planOf(mailing("", head))).actions[0]?.approval).toEqual({
      ttl_seconds: 7_200,
      on_timeout: "wait",
      escalate_before_seconds: 1_800,
    });
    expect((await planOf(mailing(", approval: auto", head))).actions[0]?.approval).toBe("auto");
  });
});

describe("hours", () => {
  const hours = (whose: string) => `, hours: { from: "08:00", to: "18:00", time_zone: ${whose} }`;
  const recipient = enriched({ deal: { contacts: [{ ...DANA, time_zone: "America/New_York" }] } });

  test.each([
    ["owner", "Europe/Lisbon"],
    ["recipient", "America/New_York"],
    ["Asia/Tokyo", "Asia/Tokyo"],
  ])("of %s go by %s", async (whose, time_zone) => {
    const { actions } = await planOf(mailing(hours(whose)), recipient);
    expect(actions[0]?.hours).toEqual({ from: "08:00", to: "18:00", days: [1, 2, 3, 4, 5], time_zone });
  });
  test("go by the ruleset's time zone when the person's is not known or is none", async () => {
    const head = "defaults: { time_zone: Europe/Berlin }";
    expect((await planOf(mailing(hours("recipient"), head))).actions[0]?.hours?.time_zone).toBe("Europe/Berlin");
    const odd = enriched({ deal: { contacts: [{ ...DANA, time_zone: "Mars/Olympus" }] } });
    expect((await planOf(mailing(hours("recipient"), head), odd)).actions[0]?.hours?.time_zone).toBe("Europe/Berlin");
  });
  test("of a type can be lifted by a rule", async () => {
    const head = 'policies: { draft_followup: { hours: { from: "08:00", to: "18:00" } } }';
    expect((await planOf(mailing("", head))).actions[0]?.hours).not.toBeNull();
    expect((await planOf(mailing(", hours: null", head))).actions[0]?.hours).toBeNull();
  });
});

describe("targets", () => {
  test("follow the defaults of the ruleset", async () => {
    expect((await planOf(mailing("", "defaults: { mail: msgraph }"))).actions[0]?.target).toBe("msgraph");
  });
  test("can be written as a template, and one that is none of the action's fails that action", async () => {
    const to = (target: string) => mailing().replace("do: draft_followup", `do: draft_followup, target: "${target}"`);
    expect((await planOf(to("{{ deal.amount > 1000 ? 'resend' : 'gmail' }}"))).actions[0]?.target).toBe("resend");
    expect(await planOf(to("{{ deal.name }}"))).toMatchObject({
      actions: [],
      rationale: expect.stringContaining("skipped"),
    });
  });
});

test("a rule that is atomic makes its plan so, in the order of the document", async () => {
  const two = `{ do: create_task, with: { subject: One } }, { do: send_alert, with: { text: Two } }`;
  const rule = (id: string, rest = "") => `{ id: ${id}, for: It is., when: "true", then: [${two}]${rest} }`;
  expect(await planOf(`rules: [${rule("a", ", atomic: true, stop: true")}]`)).toMatchObject({
    atomic: true,
    actions: [{ type: "create_task" }, { type: "send_alert" }],
  });
  expect((await planOf(`rules: [${rule("a")}]`)).atomic).toBe(false);
});

describe("the change behind a signal", () => {
  test("is told with its record, so that an echo of our own write is known", async () => {
    const payload = { property: "dealstage", new_value: "won", changed_by: "INTEGRATION" };
    expect((await planOf(mailing(), enriched({ payload }))).change).toEqual({
      record: "hubspot:332507367156",
      property: "dealstage",
      value: "won",
      changed_by: "INTEGRATION",
    });
    const contact = enriched({
      contact_id: DANA.id,
      payload: { event: "contact.title_changed", property: "jobtitle" },
    });
    expect((await planOf(mailing(), contact)).change).toMatchObject({ record: DANA.id, property: "jobtitle" });
  });
  test("is not told when the source hid the value, or nothing was changed", async () => {
    expect((await planOf(mailing(), enriched({ payload: { sensitive: true } }))).change).toBeNull();
    const { property: _, ...facts } = enriched().payload;
    expect((await planOf(mailing(), { ...enriched(), payload: facts })).change).toBeNull();
  });
});
