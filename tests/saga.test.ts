// Taking effects back, end to end: an undo by a person, a plan whose actions stand or fall together, and the field that
// somebody changed in between. What can't be taken back is told: on the action, on its trail and as an alert.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { ANA } from "./support/deals.ts";
import { Pipeline } from "./support/pipeline.ts";
import { type PlannedContent, putPlan, traceOf } from "./support/plans.ts";

const pipeline = new Pipeline();
beforeAll(() => pipeline.start());
afterAll(() => pipeline.stop());

const setAmount = (dealId: string, value: string) => ({
  type: "update_crm",
  target: "hubspot",
  params: { record: `hubspot:${dealId}`, object: "deals", property: "amount", value },
});
const alert = (text: string, channel: string | null = null, target = "slack") => ({
  type: "send_alert",
  target,
  params: { channel, text, url: null },
});
const draft = (dealId: string, deliver: "send" | "draft" = "draft") => ({
  type: "draft_followup",
  target: "gmail",
  params: {
    from: ANA,
    to: [{ email: "maton@querbus.example", name: null }],
    subject: `Next steps ${dealId}`,
    body: "Hi Maton",
    thread_id: null,
    deliver,
  },
});
const task = (dealId: string) => ({
  type: "create_task",
  target: "hubspot",
  params: {
    subject: `Call about ${dealId}`,
    body: "",
    due_at: "2026-12-01T09:00:00.000Z",
    owner_id: null,
    importance: "high",
    kind: "call",
    deal_id: `hubspot:${dealId}`,
    contact_ids: [],
    account_id: null,
  },
});
const enrolment = {
  type: "enroll_sequence",
  target: "outreach",
  params: { sequence_id: "301", contact_id: "hubspot:508369434347", sender: ANA },
};
/** Steps of the trail are packed for seconds, and alerts wait for the limit of their channel. */
const PATIENCE_MS = 50_000;
const NOWHERE = alert("Nobody reads this", "C0NOWHERE");

function action(id: string, state: string): Promise<ActionSnapshot> {
  return pipeline.until(
    `${id} ${state}`,
    async () => {
      const page = await pipeline.json<{ approvals: ActionSnapshot[] }>(`/api/approvals?state=${state}&limit=100`);
      return page.approvals.find((each) => each.action.action_id === id);
    },
    PATIENCE_MS,
  );
}

async function amountOf(dealId: string): Promise<unknown> {
  const deal = (await pipeline.sandbox("hubspot")).records.deals?.find(({ id }) => id === dealId);
  return Reflect.get(Object(deal?.properties), "amount");
}

/** Whether a record of a stand-in that was not archived says `text`. */
async function holds(system: string, collection: string, text: string): Promise<boolean> {
  const found = (await pipeline.sandbox(system)).records[collection] ?? [];
  return found.some((each) => each.archived !== true && JSON.stringify(each).includes(text));
}

/** By deal, which of the calls made for it (method, path and body) the systems outside refuse. */
const refused = new Map<string, RegExp>();
beforeAll(() => {
  const through = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const trace = request.headers.get("traceparent") ?? "";
    const [, what] = [...refused].find(([dealId]) => trace.includes(traceOf(dealId))) ?? [];
    const said = `${request.method} ${new URL(request.url).pathname} ${await request.clone().text()}`;
    if (what === undefined || !what.test(said)) return through(request);
    return Response.json({ status: "error", message: "not allowed any more" }, { status: 400 });
  };
});

/** What is left to do by hand is on the action, on the trail of its signal, and in an alert that names it. */
async function isTold(actionId: string, left: string): Promise<void> {
  const { error, signal_id } = await action(actionId, "compensation_failed");
  const [, remains = ""] = /Left to do by hand: (.+)$/s.exec(error ?? "") ?? [];
  expect(remains).toMatch(new RegExp(left, "s"));
  await pipeline.until(
    `${actionId} on the trail`,
    async () =>
      (await pipeline.signal(signal_id))?.trail.some(({ step, summary }) => {
        return step === "compensation_failed" && String(summary).includes(remains);
      }),
    PATIENCE_MS,
  );
  await pipeline.until(
    `an alert that says ${remains}`,
    async () =>
      (await pipeline.sandbox("slack")).records.messages?.some(({ text }) => {
        return String(text).replaceAll("&amp;", "&").includes(remains);
      }),
    PATIENCE_MS,
  );
}

test.concurrent("an undo restores the field, and is refused the second time", async () => {
  const [id = ""] = await putPlan(pipeline, "901", [setAmount("901", "61000")]);
  expect((await action(id, "executed")).undo_note).toContain("unless it was changed since");
  expect(await amountOf("901")).toBe("61000");
  const undo = () => pipeline.post(`/api/approvals/${id}/undo`, { reason: "wrong deal" });
  expect((await undo()).status).toBe(200);
  await action(id, "compensated");
  expect(await amountOf("901")).toBe("48000");
  expect((await undo()).status).toBe(409);
});

test.concurrent("an undo overwrites nothing that somebody changed since, and says what to look at", async () => {
  const [id = ""] = await putPlan(pipeline, "902", [setAmount("902", "62000")]);
  await action(id, "executed");
  const deal = (await pipeline.sandbox("hubspot")).records.deals?.find((each) => each.id === "902");
  const properties = { ...Object(deal?.properties), amount: "70000" };
  await pipeline.fetch("/sandbox/hubspot/records/deals/902", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...deal, properties }),
  });
  await pipeline.post(`/api/approvals/${id}/undo`, { reason: null });
  const left = await action(id, "compensation_failed");
  expect(left.error).toContain('amount was changed to "70000" since, so it was left alone.');
  await isTold(id, '^Look at amount of hubspot:902; it was "48000" before\\.$');
  expect(await amountOf("902")).toBe("70000");
});

test.concurrent("what can't be undone says so beforehand, and the undo is refused", async () => {
  const [id = ""] = await putPlan(pipeline, "903", [draft("903", "send")]);
  const sent = await action(id, "executed");
  expect(sent).toMatchObject({
    undo_until: null,
    undo_note: "A sent mail can't be taken back; write to the recipient.",
  });
  const refused = await pipeline.post(`/api/approvals/${id}/undo`, { reason: null });
  expect(refused.status).toBe(501);
  expect(await refused.text()).toContain("can't be taken back");
});

test.concurrent("an alert that is undone is marked as withdrawn where it was read", async () => {
  const [slack = "", webhook = ""] = await putPlan(pipeline, "904", [
    alert("Look at 904"),
    alert("Look at 904", null, "webhook"),
  ]);
  for (const id of [slack, webhook]) {
    await action(id, "executed");
    expect((await pipeline.post(`/api/approvals/${id}/undo`, { reason: null })).status).toBe(200);
    await action(id, "compensated");
  }
  expect(await holds("slack", "messages", '"text":"Withdrawn: Look at 904"')).toBe(true);
  expect(await holds("webhook", "deliveries", "alert.withdrawn")).toBe(true);
});

/** The four steps of a plan; of each, what takes it back and what a person does when that is refused. */
const STEPS: readonly { content: (id: string) => PlannedContent; undo: RegExp; left: (id: string) => string }[] = [
  {
    content: (id) => setAmount(id, "63000"),
    undo: /^PATCH \S+\/deals\/\d+ .*48000/,
    left: (id) => `^Set amount of hubspot:${id} back to "48000"\\.$`,
  },
  {
    content: task,
    undo: /^DELETE \S+\/tasks\//,
    left: (id) => `^Delete task \\d+ in HubSpot, "Call about ${id}"\\.$`,
  },
  {
    content: (id) => draft(id),
    undo: /^DELETE \S+\/drafts\//,
    left: (id) => `^Delete the draft of the mail "Next steps ${id}" in the mailbox of ${ANA}\\.$`,
  },
  {
    content: (id) => alert(`Look at ${id}`),
    undo: /^POST \S+\/chat\.update /,
    left: (id) => `no longer holds: "Look at ${id}"\\. It is in channel C\\w+, https://\\S+\\.$`,
  },
];
const CASES = STEPS.flatMap((_, failing) => [
  { failing, stays: null, id: String(910 + failing * 10) },
  ...Array.from({ length: failing }, (_, stays) => ({ failing, stays, id: String(911 + failing * 10 + stays) })),
]);

test.concurrent.each(CASES)(
  "a plan that stands or falls together, fails at step $failing and can't take back step $stays, leaves just that",
  async ({ failing, stays, id }) => {
    if (stays !== null) refused.set(id, STEPS[stays]?.undo ?? /^/);
    const contents = STEPS.map(({ content }, step) => (step === failing ? NOWHERE : content(id)));
    const planned = await putPlan(pipeline, id, contents, { atomic: true });
    await action(planned[failing] ?? "", "failed");
    for (const [step, each] of planned.slice(0, failing).entries()) {
      await action(each, step === stays ? "compensation_failed" : "compensated");
    }
    for (const each of planned.slice(failing + 1)) await action(each, "superseded");
    expect(await amountOf(id)).toBe(stays === 0 ? "63000" : "48000");
    expect(await holds("hubspot", "tasks", `Call about ${id}`)).toBe(stays === 1);
    expect(await holds("gmail", "messages", `Next steps ${id}`)).toBe(stays === 2);
    expect(await holds("slack", "messages", `"text":"Look at ${id}"`)).toBe(false);
    if (stays !== null) await isTold(planned[stays] ?? "", STEPS[stays]?.left(id) ?? "never");
  },
);

test.concurrent.each([
  { what: "an alert", id: "961", content: alert("Look at 961"), undo: STEPS[3]?.undo, left: STEPS[3]?.left("961") },
  {
    what: "an enrolment",
    id: "962",
    content: enrolment,
    undo: /^POST \S+\/actions\/finish /,
    left: "^Take hubspot:508369434347 out of the sequence 301 in Outreach\\.$",
  },
  {
    what: "a sent mail",
    id: "963",
    content: draft("963", "send"),
    left: `^Write to whoever got the mail "Next steps 963" from ${ANA}\\.$`,
  },
  {
    what: "a card in Teams",
    id: "964",
    content: alert("Look at 964", null, "teams"),
    left: 'Microsoft Teams that this no longer holds: "Look at 964"\\.$',
  },
])("$what that can't be taken back does not keep the steps before it from it", async ({ id, content, undo, left }) => {
  if (undo !== undefined) refused.set(id, undo);
  const contents = [setAmount(id, "64000"), content, NOWHERE];
  const [field = "", effect = ""] = await putPlan(pipeline, id, contents, { atomic: true });
  await isTold(effect, left ?? "never");
  await action(field, "compensated");
  expect(await amountOf(id)).toBe("48000");
});
