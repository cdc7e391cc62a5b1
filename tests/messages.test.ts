// Mails, alerts and enrolments in every system that they can go to, from a plan on the queue to what the system holds.
import { afterAll, beforeAll, expect, test } from "vitest";
import { Action } from "#contract/action.ts";
import { planDecided } from "#contract/messages.ts";
import { createEnvelope, pack } from "#runtime/publish.ts";
import { ANA, putDeal } from "./support/deals.ts";
import { Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline();
beforeAll(() => pipeline.start());
afterAll(() => pipeline.stop());

const MATON = { email: "maton@querbus.example", name: "Maton Reyes" };
let plans = 0;

function letters(number: number): string {
  return Array.from(String(number), (digit) => "abcdefghij"[Number(digit)])
    .join("")
    .padStart(26, "m");
}

/** Puts a plan of these contents on the queue, to run at once; answers the ids of its actions. */
async function plan(dealId: string, contents: readonly { type: string; target: string; params: object }[]) {
  plans += 1;
  await putDeal(pipeline, dealId);
  const at = new Date().toISOString();
  const actions = contents.map((content, n) => {
    const id = `act_${letters(plans * 100 + n)}`;
    return Action.parse({
      action_id: id,
      rule_id: `rule-${n}`,
      reason: "To see it arrive.",
      owner: null,
      priority: "high",
      approval: "auto",
      still_valid: null,
      cool_down_seconds: 0,
      idempotency_key: id,
      content_hash: "a".repeat(64),
      ...content,
    });
  });
  const payload = {
    signal_id: `sig_${letters(plans)}`,
    subject: `hubspot:${dealId}`,
    subject_name: null,
    deal_id: `hubspot:${dealId}`,
    fired_at: at,
    decided_by: "rules",
    ruleset_version: "test",
    rules_fired: [] as string[],
    rationale: "A test.",
    supersedes: null,
    actions,
    atomic: false,
    conflicts: [],
    change: null,
    confidence: null,
    decided_at: at,
  } as const;
  const origin = { correlation_id: "0af7651916cd43dd8448eb211c80319c", priority: "high", causation_id: null } as const;
  const ports = { now: Date.now, newEventId: () => "019aa000-0000-7000-8000-000000000004" };
  const queue = await pipeline.queue("execute", "PLANS");
  const envelope = createEnvelope(planDecided, payload, origin, ports);
  for (const body of pack([envelope])) await queue.send(body, { contentType: "text" });
  return actions.map(({ action_id }) => action_id);
}

/** The records of a stand-in once there are `count` of them. */
function records(system: string, collection: string, count: number) {
  return pipeline.until(`${count} ${collection} in ${system}`, async () => {
    const found = (await pipeline.sandbox(system)).records[collection] ?? [];
    return found.length === count && found;
  });
}

const mail = (target: string, deliver: "send" | "draft") => ({
  type: "draft_followup",
  target,
  params: { from: ANA, to: [MATON], subject: `By ${target}`, body: "Hi Maton", thread_id: null, deliver },
});

test("a follow-up is sent or left as a draft in the rep's own mailbox, or sent by Resend", async () => {
  await plan("801", [
    mail("msgraph", "send"),
    mail("msgraph", "draft"),
    mail("gmail", "draft"),
    mail("resend", "send"),
  ]);
  const outlook = await records("msgraph", "messages", 2);
  expect(outlook.map(({ folder }) => folder).toSorted()).toEqual(["drafts", "sentitems"]);
  expect(await records("gmail", "drafts", 1)).toHaveLength(1);
  expect(await records("resend", "emails", 1)).toMatchObject([{ subject: "By resend", text: "Hi Maton" }]);
});

const alert = (target: string, params: object = {}) => ({
  type: "send_alert",
  target,
  params: { channel: null, text: `By ${target}`, url: "https://dealwire.example/", ...params },
});

test("an alert reaches its channel, its owner, its thread, Teams and a webhook", async () => {
  await plan("802", [alert("slack", { thread_key: "hubspot:802" }), alert("teams"), alert("webhook")]);
  expect(await records("teams", "cards", 1)).toHaveLength(1);
  expect(await records("webhook", "deliveries", 1)).toMatchObject([{ deliveries: 1 }]);
  const [root] = await records("slack", "messages", 1);
  await plan("803", [
    alert("slack", { text: "Reply", thread_key: "hubspot:802" }),
    alert("slack", { text: "To Ana", channel: "owner", to_email: ANA }),
  ]);
  const messages = await records("slack", "messages", 3);
  expect(messages.find(({ text }) => text === "Reply")).toMatchObject({ thread_ts: root?.ts });
  expect(messages.find(({ text }) => text === "To Ana")?.channel).toMatch(/^D/);
});

const enrolment = (target: string, sequence: string) => ({
  type: "enroll_sequence",
  target,
  params: { sequence_id: sequence, contact_id: "hubspot:508369434347", sender: ANA },
});

test("a contact of the CRM joins a sequence in Outreach, a cadence in Salesloft, a sequence in Apollo", async () => {
  const apollo = `5e${"1".padStart(22, "0")}`;
  await plan("804", [enrolment("outreach", "301"), enrolment("salesloft", "401"), enrolment("apollo", apollo)]);
  expect(await records("outreach", "sequenceStates", 1)).toMatchObject([{ sequence_id: "301", state: "active" }]);
  expect(await records("salesloft", "cadence_memberships", 1)).toMatchObject([{ cadence_id: "401" }]);
  await pipeline.until("a member in Apollo", async () =>
    (await records("apollo", "emailer_campaigns", 2)).some(
      ({ members }) => Array.isArray(members) && members.length === 1,
    ),
  );
});
