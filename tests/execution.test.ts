// One effect, whatever is lost on the way, over the real Workers and in every system. Each adapter runs three times at
// once: the request of the first that would make the effect never arrives, the answer of the second is lost, the third
// meets no trouble; then every release is delivered again. The lease of an attempt in doubt has to end, which takes a minute.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { LEASE_SECONDS } from "#contract/deal.ts";
import { actionReleased } from "#contract/messages.ts";
import { createEnvelope, pack } from "#runtime/publish.ts";
import { ANA } from "./support/deals.ts";
import { Pipeline } from "./support/pipeline.ts";
import { type PlannedContent, putPlan, records } from "./support/plans.ts";

const RUNS = [0, 1, 2] as const;
const PEOPLE = [
  { id: "508369434347", email: "maton.reyes@querbus.example" },
  { id: "508369434348", email: "ilse.brandt@querbus.example" },
  { id: "508369434349", email: "sven.lindqvist@lindqvist.example" },
] as const;
const opportunity = (run: number) => `00620000000005${run}AAA`;

type Case = {
  system: string;
  content(run: number): PlannedContent;
  /** The request that makes the effect: method and path. */
  effect: RegExp;
  collection: string;
  /** How many effects a record of the collection holds; by default each record that is there is one. */
  count?(record: Record<string, unknown>): number;
  /** The system can't be asked, so what is in doubt waits for a person. */
  parks?: true;
};

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

const CASES: readonly Case[] = [
  {
    system: "hubspot",
    collection: "deals",
    effect: /^PATCH .*\/hubspot\/crm\/objects\/[^/]+\/deals\//,
    content: (run) => ({
      type: "update_crm",
      target: "hubspot",
      params: { record: `hubspot:95${run}`, object: "deals", property: "hs_next_step", value: "Call them" },
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
        record: `salesforce:${opportunity(run)}`,
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
    content: task("hubspot", (run) => `hubspot:95${run}`),
    count: holds('"hs_task_subject":"Run '),
  },
  {
    system: "salesforce",
    collection: "Task",
    effect: /^PATCH .*\/sobjects\/Task\//,
    content: task("salesforce", (run) => `salesforce:${opportunity(run)}`),
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

const pipeline = new Pipeline();
const sent = new Map<Case, number>();
beforeAll(async () => {
  await pipeline.start();
  const through = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const where = `${request.method} ${new URL(request.url).pathname}`;
    const effect = CASES.find((each) => each.effect.test(where));
    if (effect === undefined) return through(request);
    const before = sent.get(effect) ?? 0;
    sent.set(effect, before + 1);
    const lost = new Response("", { status: 504 });
    if (before === 0) return lost;
    const answer = await through(request);
    return before === 1 ? lost : answer;
  };
  for (const run of RUNS) {
    const fields = { Name: `Opportunity ${run}`, StageName: "Qualification", CloseDate: "2027-01-01" };
    const response = await pipeline.fetch(`/sandbox/salesforce/records/Opportunity/${opportunity(run)}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ fields }),
    });
    expect(response.ok, await response.text()).toBe(true);
  }
});
afterAll(() => pipeline.stop());

/** What the stand-ins hold of each case. */
async function effects(): Promise<Record<string, number>> {
  const counted = CASES.map(async ({ system, collection, count = () => 1, content }) => {
    const held = (await pipeline.sandbox(system)).records[collection] ?? [];
    return [`${content(0).type} ${system}`, held.reduce((sum, record) => sum + count(record), 0)] as const;
  });
  return Object.fromEntries(await Promise.all(counted));
}

/** Once each; where nothing can be asked the lost request is not repeated. */
const ONCE = Object.fromEntries(
  CASES.map(({ system, content, parks }) => [`${content(0).type} ${system}`, parks ? RUNS.length - 1 : RUNS.length]),
);

async function inState(state: string): Promise<ActionSnapshot[]> {
  const page = await pipeline.json<{ approvals: ActionSnapshot[] }>(`/api/approvals?state=${state}&limit=100`);
  return page.approvals;
}

const timeoutMs = (2 * LEASE_SECONDS + 30) * 1_000;
test(
  "whatever is lost, every system saw the effect once, and what can't be asked waits for a person",
  async () => {
    for (const run of RUNS) {
      await putPlan(
        pipeline,
        `95${run}`,
        CASES.map(({ content }) => content(run)),
      );
    }
    const parked = CASES.filter(({ parks }) => parks).length * 2;
    const executed = await pipeline.until(
      "every action settled",
      async () => {
        const [done, doubtful] = [await inState("executed"), await inState("unknown")];
        return done.length === CASES.length * RUNS.length - parked && doubtful.length === parked && done;
      },
      timeoutMs,
    );
    expect(await effects()).toEqual(ONCE);
    expect(CASES.filter((each) => (sent.get(each) ?? 0) < RUNS.length)).toEqual([]);

    const ports = { now: Date.now, newEventId: () => crypto.randomUUID() };
    const releases = executed.map(({ action, subject, signal_id, correlation_id, proposed_at }) => {
      const payload = {
        subject,
        signal_id,
        action,
        released_by: "auto",
        released_at: proposed_at,
        operation: "perform",
        validity: null,
      } as const;
      return createEnvelope(actionReleased, payload, { correlation_id, priority: "high", causation_id: null }, ports);
    });
    const queue = await pipeline.queue("execute", "ACTIONS");
    for (const body of pack([...releases, ...releases])) await queue.send(body, { contentType: "text" });
    // Released after them, so that they were all looked at when it arrives.
    await putPlan(pipeline, "959", [alert("webhook")(9)]);
    await records(pipeline, "webhook", "deliveries", RUNS.length + 1);
    expect(await effects()).toEqual({ ...ONCE, "send_alert webhook": RUNS.length + 1 });
  },
  timeoutMs + 30_000,
);
