// Taking effects back, end to end: an undo by a person, a plan whose actions stand or fall together, and the field that
// somebody changed in between.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { ANA } from "./support/deals.ts";
import { Pipeline } from "./support/pipeline.ts";
import { type PlannedContent, putPlan, records } from "./support/plans.ts";

const pipeline = new Pipeline();
beforeAll(() => pipeline.start());
afterAll(() => pipeline.stop());

const setAmount = (dealId: string, value: string) => ({
  type: "update_crm",
  target: "hubspot",
  params: { record: `hubspot:${dealId}`, object: "deals", property: "amount", value },
});
const alert = (channel: string | null) => ({
  type: "send_alert",
  target: "slack",
  params: { channel, text: "Look at this deal", url: null },
});
const draft = {
  type: "draft_followup",
  target: "gmail",
  params: {
    from: ANA,
    to: [{ email: "maton@querbus.example", name: null }],
    subject: "Next steps",
    body: "Hi Maton",
    thread_id: null,
    deliver: "draft",
  },
};
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
const NOWHERE = alert("C0NOWHERE");

function action(id: string, state: string): Promise<ActionSnapshot> {
  return pipeline.until(`${id} ${state}`, async () => {
    const page = await pipeline.json<{ approvals: ActionSnapshot[] }>(`/api/approvals?state=${state}&limit=100`);
    return page.approvals.find((each) => each.action.action_id === id);
  });
}

async function amountOf(dealId: string): Promise<unknown> {
  const deal = (await pipeline.sandbox("hubspot")).records.deals?.find(({ id }) => id === dealId);
  return Reflect.get(Object(deal?.properties), "amount");
}

test("an undo restores the field, and is refused the second time", async () => {
  const [id = ""] = await putPlan(pipeline, "901", [setAmount("901", "61000")]);
  await action(id, "executed");
  expect(await amountOf("901")).toBe("61000");
  const undo = () => pipeline.post(`/api/approvals/${id}/undo`, { reason: "wrong deal" });
  expect((await undo()).status).toBe(200);
  await action(id, "compensated");
  expect(await amountOf("901")).not.toBe("61000");
  expect((await undo()).status).toBe(409);
});

test("an undo overwrites nothing that somebody changed since, and says what to look at", async () => {
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
  expect(left.error).toContain("70000");
  expect(await amountOf("902")).toBe("70000");
});

const STEPS = 4;
test.each(Array.from({ length: STEPS }, (_, step) => step))(
  "a plan that stands or falls together and fails at step %i leaves nothing behind",
  async (failing) => {
    const dealId = String(910 + failing);
    const steps: PlannedContent[] = [setAmount(dealId, "63000"), task(dealId), alert(null), draft];
    const contents = steps.map((content, step) => (step === failing ? NOWHERE : content));
    const before = (await pipeline.sandbox("slack")).records.messages?.length ?? 0;
    const ids = await putPlan(pipeline, dealId, contents, { atomic: true });
    await action(ids[failing] ?? "", "failed");
    for (const id of ids.slice(0, failing)) await action(id, "compensated");
    for (const id of ids.slice(failing + 1)) await action(id, "superseded");
    expect(await amountOf(dealId)).not.toBe("63000");
    const tasks = (await pipeline.sandbox("hubspot")).records.tasks ?? [];
    const mine = tasks.filter(
      (each) => JSON.stringify(each).includes(`Call about ${dealId}`) && each.archived !== true,
    );
    expect(mine).toEqual([]);
    expect((await pipeline.sandbox("slack")).records.messages?.length ?? 0).toBe(before);
    expect(await records(pipeline, "gmail", "drafts", 0)).toEqual([]);
  },
);

/** What takes back each of the first three steps: method, path and body. */
const TAKING_BACK = [/^PATCH \S+\/deals\/\d+ .*48000/, /^DELETE \S+\/tasks\//, /^POST \S+\/chat\.delete /] as const;
test.each([0, 1, 2] as const)(
  "when step %i of a failed plan can't be taken back the others are, and what remains is told",
  async (refused) => {
    const dealId = String(920 + refused);
    const through = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const said = `${request.method} ${new URL(request.url).pathname} ${await request.clone().text()}`;
      if (!TAKING_BACK[refused].test(said)) return through(request);
      return Response.json({ status: "error", message: "not allowed any more" }, { status: 400 });
    };
    try {
      const ids = await putPlan(pipeline, dealId, [setAmount(dealId, "64000"), task(dealId), alert(null), NOWHERE], {
        atomic: true,
      });
      for (const [step, id] of ids.slice(0, 3).entries()) {
        const { error } = await action(id, step === refused ? "compensation_failed" : "compensated");
        expect(error).toEqual(step === refused ? expect.stringContaining("Left to do by hand: ") : null);
      }
      expect(await amountOf(dealId)).toBe(refused === 0 ? "64000" : "48000");
    } finally {
      globalThis.fetch = through;
    }
  },
);
