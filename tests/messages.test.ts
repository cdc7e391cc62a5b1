// Mails, alerts and enrolments in every system that they can go to, from a plan on the queue to what the system holds.
import { afterAll, beforeAll, expect, test } from "vitest";
import { ANA } from "./support/deals.ts";
import { Pipeline } from "./support/pipeline.ts";
import { putPlan, records as recordsOf } from "./support/plans.ts";

const pipeline = new Pipeline();
beforeAll(() => pipeline.start());
afterAll(() => pipeline.stop());

const plan = (dealId: string, contents: Parameters<typeof putPlan>[2]) => putPlan(pipeline, dealId, contents);
const records = (system: string, collection: string, count: number) => recordsOf(pipeline, system, collection, count);
const MATON = { email: "maton@querbus.example", name: "Maton Reyes" };
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
