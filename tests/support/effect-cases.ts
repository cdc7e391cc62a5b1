// One action for each adapter, and how its effect is seen from outside. Rule: no adapter of the registry is missing
// (execution.test.ts), so that what holds for all of them is shown for all of them.
import * as z from "zod";
import { sampleBook } from "../../sandbox/book/sample-book.ts";
import { ANA, putDeal } from "./deals.ts";
import type { Pipeline } from "./pipeline.ts";
import type { PlannedContent } from "./plans.ts";

export type EffectCase = {
  system: string;
  /** The `run`th action of its kind, on a subject and to a person of its own. */
  content(run: number): PlannedContent;
  /** The request that makes the effect: method and path. */
  effect: RegExp;
  /** Where the stand-in keeps what came of it. */
  collection: string;
  /** How many effects a record of the collection holds; by default each record that is there is one. */
  count?(record: Record<string, unknown>): number;
  /** The system can't be asked, so what is in doubt waits for a person. */
  parks?: true;
};

export const nameOf = ({ content }: EffectCase): string => {
  const { type, target } = content(0);
  return `${type} ${target}`;
};
const dealOf = (run: number) => `95${String(run).padStart(3, "0")}`;
const opportunityOf = (run: number) => `0062000000050${String(run).padStart(2, "0")}AAA`;

const Contact = z.object({ properties: z.object({ email: z.email(), hs_email_optout: z.unknown() }) });
const PEOPLE = sampleBook(0).flatMap(({ system, collection, id, body }) => {
  const contact = system === "hubspot" && collection === "contacts" ? Contact.safeParse(body).data : undefined;
  if (contact === undefined || String(contact.properties.hs_email_optout) === "true") return [];
  return [{ id, email: contact.properties.email }];
});

const mail = (target: string) => (run: number) => ({
  type: "draft_followup",
  target,
  params: {
    from: ANA,
    to: [{ email: PEOPLE[run]?.email, name: null }],
    subject: `Run ${run}`,
    body: "Hi",
    thread_id: null,
  },
});
const alert = (target: string) => (run: number) => {
  return { type: "send_alert", target, params: { channel: null, text: `Run ${run}`, url: null } };
};
const enrolment = (target: string, sequence: string) => (run: number) => ({
  type: "enroll_sequence",
  target,
  params: { sequence_id: sequence, contact_id: `hubspot:${PEOPLE[run]?.id}`, sender: ANA },
});
const task = (target: string, about: (run: number) => string) => (run: number) => ({
  type: "create_task",
  target,
  params: {
    subject: `Run ${run}`,
    body: "",
    due_at: "2026-12-01T09:00:00.000Z",
    owner_id: null,
    importance: "high",
    kind: "call",
    deal_id: about(run),
    contact_ids: [],
    account_id: null,
  },
});
const holds = (text: string) => (record: object) => (JSON.stringify(record).includes(text) ? 1 : 0);
const CAMPAIGN = `5e${"1".padStart(22, "0")}`;

export const EFFECT_CASES: readonly EffectCase[] = [
  {
    system: "hubspot",
    collection: "deals",
    effect: /^PATCH .*\/hubspot\/crm\/objects\/[^/]+\/deals\//,
    content: (run) => ({
      type: "update_crm",
      target: "hubspot",
      params: { record: `hubspot:${dealOf(run)}`, object: "deals", property: "hs_next_step", value: "Call them" },
    }),
    count: holds('"hs_next_step":"Call them"'),
  },
  {
    system: "salesforce",
    collection: "Opportunity",
    effect: /^PATCH .*\/sobjects\/Opportunity\//,
    content: (run) => ({
      type: "update_crm",
      target: "salesforce",
      params: {
        record: `salesforce:${opportunityOf(run)}`,
        object: "Opportunity",
        property: "NextStep",
        value: "Call them",
      },
    }),
    count: holds('"NextStep":"Call them"'),
  },
  {
    system: "hubspot",
    collection: "tasks",
    effect: /^POST .*\/hubspot\/crm\/objects\/[^/]+\/tasks$/,
    content: task("hubspot", (run) => `hubspot:${dealOf(run)}`),
    count: holds('"hs_task_subject":"Run '),
  },
  {
    system: "salesforce",
    collection: "Task",
    effect: /^PATCH .*\/sobjects\/Task\//,
    content: task("salesforce", (run) => `salesforce:${opportunityOf(run)}`),
    count: holds('"Subject":"Run '),
  },
  { system: "gmail", collection: "messages", effect: /^POST .*\/gmail\/.*\/drafts\/send$/, content: mail("gmail") },
  { system: "msgraph", collection: "messages", effect: /^POST .*\/msgraph\/.*\/send$/, content: mail("msgraph") },
  { system: "resend", collection: "emails", effect: /^POST .*\/resend\/emails$/, content: mail("resend") },
  { system: "slack", collection: "messages", effect: /chat\.postMessage$/, content: alert("slack") },
  { system: "teams", collection: "cards", effect: /^POST .*\/teams\//, content: alert("teams"), parks: true },
  { system: "webhook", collection: "deliveries", effect: /^POST .*\/sandbox\/webhook\/?$/, content: alert("webhook") },
  {
    system: "hubspot",
    collection: "enrollments",
    effect: /^POST .*\/enrollments$/,
    content: enrolment("hubspot", "78910001"),
  },
  {
    system: "outreach",
    collection: "sequenceStates",
    effect: /^POST .*\/sequenceStates$/,
    content: enrolment("outreach", "301"),
  },
  {
    system: "salesloft",
    collection: "cadence_memberships",
    effect: /^POST .*\/cadence_memberships(\.json)?$/,
    content: enrolment("salesloft", "401"),
  },
  {
    system: "apollo",
    collection: "emailer_campaigns",
    effect: /^POST .*\/add_contact_ids$/,
    content: enrolment("apollo", CAMPAIGN),
    count: ({ members }) => (Array.isArray(members) ? members.length : 0),
  },
];

/** Puts the deal and the opportunity that the `run`th actions in the CRMs are about. */
export async function putSubjects(pipeline: Pipeline, run: number): Promise<void> {
  await putDeal(pipeline, dealOf(run));
  const fields = { Name: `Opportunity ${run}`, StageName: "Qualification", CloseDate: "2027-01-01" };
  const answer = await pipeline.fetch(`/sandbox/salesforce/records/Opportunity/${opportunityOf(run)}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ fields }),
  });
  if (!answer.ok) throw new Error(`seeding opportunity ${run}: ${answer.status} ${await answer.text()}`);
}

/** How many effects of each case the stand-ins hold. */
export async function effectsOf(pipeline: Pipeline): Promise<Record<string, number>> {
  const counted = EFFECT_CASES.map(async (each) => {
    const { system, collection, count = () => 1 } = each;
    const held = (await pipeline.sandbox(system)).records[collection] ?? [];
    return [nameOf(each), held.reduce((sum, record) => sum + count(record), 0)] as const;
  });
  return Object.fromEntries(await Promise.all(counted));
}
