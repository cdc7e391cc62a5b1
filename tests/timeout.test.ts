// What nobody decides: the alarm of the Deal object releases it when its time to live ends.
import { afterAll, beforeAll, expect, test } from "vitest";
import { dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline({ APPROVAL_TTL_SECONDS: "12" });
beforeAll(() => pipeline.start());
afterAll(() => pipeline.stop());

test("the alarm releases an unattended action, and the trail says that nobody decided", async () => {
  await putDeal(pipeline, "720");
  const answer: Accepted = await (await pipeline.hubspot([dealChange(720)])).json();
  const signalId = answer.signals[0]?.signal_id ?? "";
  const action = await pipeline.until("the unattended run", async () =>
    (await pipeline.signal(signalId))?.actions.find(({ state }) => state === "executed"),
  );
  expect(action.released_by).toBe("timeout");
  const mail = (await pipeline.sandbox("gmail")).records.messages;
  expect(mail).toHaveLength(1);
});

test("an action whose reason is gone when the time is up does not run, and the trail says why", async () => {
  await putDeal(pipeline, "721");
  const answer: Accepted = await (await pipeline.hubspot([dealChange(721)])).json();
  const signalId = answer.signals[0]?.signal_id ?? "";
  const ended = async (state: string) =>
    (await pipeline.signal(signalId))?.actions.find((action) => action.state === state);
  await pipeline.until("the approval", () => ended("pending"));
  const before = (await pipeline.sandbox("gmail")).records.messages?.length ?? 0;
  // Somebody called the customer meanwhile; no webhook says so.
  await putDeal(pipeline, "721", { notes_last_updated: new Date().toISOString() });
  const action = await pipeline.until("the action superseded", () => ended("superseded"));
  expect(action.released_by).toBe("timeout");
  expect((await pipeline.sandbox("gmail")).records.messages ?? []).toHaveLength(before);
  const steps = (await pipeline.signal(signalId))?.trail.filter(({ step }) => step === "rechecked");
  expect(steps?.map(({ layer }) => layer)).toEqual(["enrich", "decide"]);
});
