// What nobody decides: the alarm of the Deal object releases it when its time to live ends.
import { afterAll, beforeAll, expect, test } from "vitest";
import { dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline({ APPROVAL_TTL_SECONDS: "2" });
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
