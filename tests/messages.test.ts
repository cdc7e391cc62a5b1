// Mails, alerts and enrolments in every system that they can go to, from a plan on the queue to what the system holds.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { ANA } from "./support/deals.ts";
import { Pipeline } from "./support/pipeline.ts";
import { putPlan, records as recordsOf } from "./support/plans.ts";

const pipeline = new Pipeline({
  DO_NOT_CONTACT: "noor@delphine.example",
  INTERNAL_DOMAINS: "northwind.example",
  COMPETITOR_DOMAINS: "globex.example",
});
beforeAll(() => pipeline.start());
afterAll(() => pipeline.stop());

const plan = (dealId: string, contents: Parameters<typeof putPlan>[2]) => putPlan(pipeline, dealId, contents);
const records = (system: string, collection: string, count: number) => recordsOf(pipeline, system, collection, count);
const MATON = { email: "maton@querbus.example", name: "Maton Reyes" };
const mail = (target: string, deliver: "send" | "draft", params: object = {}) => ({
  type: "draft_followup",
  target,
  params: { from: ANA, to: [MATON], subject: `By ${target}`, body: "Hi Maton", thread_id: null, deliver, ...params },
});

test("a follow-up is sent or left as a draft in the rep's own mailbox, or sent by Resend", async () => {
  await plan("801", [
    mail("msgraph", "send"),
    mail("msgraph", "draft"),
    mail("gmail", "draft"),
    mail("resend", "send"),
  ]);
  await mailsOf("msgraph", ({ folder }) => folder === "sentitems", 1);
  await mailsOf("msgraph", ({ folder }) => folder === "drafts", 1);
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

function enrolment(target: string, sequence_id: string, contact_id = "hubspot:508369434347") {
  return { type: "enroll_sequence", target, params: { sequence_id, contact_id, sender: ANA } };
}

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

const put = (path: string, body: object) =>
  pipeline.fetch(`/sandbox/${path}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("a follow-up answers in the thread that the contact wrote in, under its subject, and begins one where there is none", async () => {
  const at = Date.now() - 3_600_000;
  const from = "lea@querbus.example";
  const raw = `From: Lea <${from}>\r\nTo: ${ANA}\r\nSubject: Pricing\r\nMessage-ID: <q1@querbus.example>\r\n\r\nHow much?`;
  const inbox = { mailbox: ANA, thread_id: "thread-1", label_ids: ["INBOX"], raw, internal_date: at };
  expect((await put("gmail/records/messages/q1", inbox)).status).toBeLessThan(300);
  const content = { subject: "Pricing", from: { emailAddress: { address: from } }, toRecipients: [] };
  const received = { mailbox: ANA, folder: "inbox", conversation_id: "AAQk-1", internet_message_id: "<q1@querbus>" };
  const message = { ...received, created_at: at, sent_at: at, content };
  expect((await put("msgraph/records/messages/AAkAq1=", message)).status).toBeLessThan(300);

  const to = [{ email: from, name: null }];
  const latest = { to, thread_id: "latest", subject: "Not this" };
  await plan("805", [
    mail("gmail", "draft", latest),
    mail("msgraph", "draft", latest),
    mail("gmail", "draft", { thread_id: "latest", subject: "New" }),
  ]);
  const inGmail = await mailsOf("gmail", ({ raw }) => /Subject: (Re: Pricing|New)/.test(String(raw)), 2);
  const reply = inGmail.find(({ raw }) => String(raw).includes("Re: Pricing"));
  expect(reply).toMatchObject({
    thread_id: "thread-1",
    raw: expect.stringContaining("In-Reply-To: <q1@querbus.example>"),
  });
  expect(inGmail.find((one) => one !== reply)?.raw).not.toContain("In-Reply-To");
  const [answer] = await mailsOf(
    "msgraph",
    ({ conversation_id, folder }) => conversation_id === "AAQk-1" && folder === "drafts",
    1,
  );
  expect(answer).toMatchObject({ content: { subject: "RE: Pricing" } });
});

type Stored = Awaited<ReturnType<typeof records>>[number];
function mailsOf(system: string, wanted: (mail: Stored) => boolean, count: number): Promise<Stored[]> {
  return pipeline.until(`${count} such mails in ${system}`, async () => {
    const found = ((await pipeline.sandbox(system)).records.messages ?? []).filter(wanted);
    return found.length === count && found;
  });
}

const REFUSALS = [
  [
    "a colleague",
    mail("gmail", "send", { to: [MATON, { email: "ben@mail.northwind.example", name: null }] }),
    "a colleague",
  ],
  [
    "a competitor",
    mail("msgraph", "draft", { to: [{ email: "x@globex.example", name: null }] }),
    "works for a competitor",
  ],
  [
    "a listed address",
    mail("resend", "send", { to: [{ email: "NOOR@delphine.example", name: null }] }),
    "do-not-contact list",
  ],
  [
    "who opted out in HubSpot",
    mail("gmail", "send", { to: [{ email: "out@querbus.example", name: null }] }),
    "opted out in the CRM",
  ],
  ["who opted out in HubSpot, enrolled", enrolment("salesloft", "401", "hubspot:7901"), "opted out in the CRM"],
  ["a listed address, enrolled by the CRM's id", enrolment("outreach", "301", "hubspot:7902"), "do-not-contact list"],
  ["a competitor, enrolled by Outreach's id", enrolment("outreach", "301", "outreach:7903"), "works for a competitor"],
] as const;

test("nobody is mailed or enrolled who must not be, and the trail says why without the address", async () => {
  const contact = (id: string, properties: object) => put(`hubspot/records/contacts/${id}`, { properties });
  await contact("7901", { email: "out@querbus.example", hs_email_optout: "true" });
  await contact("7902", { email: "noor@delphine.example" });
  await put("outreach/records/prospects/7903", { emails: ["x@globex.example"], firstName: "X", lastName: "Y" });
  const ids = await plan(
    "806",
    REFUSALS.map(([, content]) => content),
  );
  for (const [n, [, , why]] of REFUSALS.entries()) {
    const refused = await stateOf(ids[n] ?? "", "superseded");
    expect(refused.note).toContain(why);
    const told = await pipeline.until(`${why} on the trail`, async () =>
      (await pipeline.signal(refused.signal_id))?.trail.find(
        ({ step, summary }) => step === "superseded" && String(summary).includes(why),
      ),
    );
    expect(String(told.summary)).not.toContain("@");
  }
  expect(JSON.stringify((await pipeline.sandbox("resend")).records.emails)).not.toContain("delphine");
  const states = (await pipeline.sandbox("outreach")).records.sequenceStates ?? [];
  expect(states.filter(({ prospect_id }) => prospect_id === "7903")).toEqual([]);
});

function stateOf(id: string, state: string): Promise<ActionSnapshot> {
  return pipeline.until(`${id} ${state}`, async () => {
    const page = await pipeline.json<{ approvals: ActionSnapshot[] }>(`/api/approvals?state=${state}&limit=100`);
    return page.approvals.find((each) => each.action.action_id === id);
  });
}

test.each([
  [
    "an action of a type that nobody knows",
    '"type":"send_alert"',
    '"type":"send_fax"',
    '/actions/0/type: there is no action type "send_fax"',
  ],
  ["params that don't parse", '"text":"By slack"', '"text":7', "/actions/0/params/text"],
  ["a system that nobody knows", '"target":"slack"', '"target":"pigeon"', "/actions/0/target"],
])("%s is a dead letter that names it, and is not run", async (_what, from, to, reason) => {
  const before = (await pipeline.sandbox("slack")).records.messages?.length ?? 0;
  await putPlan(pipeline, "807", [alert("slack")], {}, (message) => message.replace(from, to));
  await pipeline.until(`a letter that says ${reason}`, async () => {
    const { dead_letters } = await pipeline.json<{ dead_letters: { stage: string; code: string; reason: string }[] }>(
      "/api/dead-letters?state=open",
    );
    return dead_letters.some(
      (letter) => letter.stage === "execute" && letter.code === "malformed" && letter.reason.includes(reason),
    );
  });
  expect((await pipeline.sandbox("slack")).records.messages?.length ?? 0).toBe(before);
});
