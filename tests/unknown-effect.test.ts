// The hardest case of "once": the outside system did the work and its answer was lost. The lease has to end before the
// next attempt, which asks before it acts; so this takes a minute.
import { afterAll, beforeAll, expect, test } from "vitest";
import { LEASE_SECONDS } from "#contract/deal.ts";
import { dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline();
beforeAll(() => pipeline.start());
afterAll(() => pipeline.stop());
const timeoutMs = (LEASE_SECONDS + 30) * 1_000;

test(
  "an alert and a mail whose answers were lost are there once each",
  async () => {
    await putDeal(pipeline, "730", { dealstage: "closedwon" });
    await putDeal(pipeline, "732");
    const send = async (event: unknown): Promise<string> => {
      const answer: Accepted = await (await pipeline.hubspot([event])).json();
      return answer.signals[0]?.signal_id ?? "";
    };
    const actionOf = (signalId: string, state: string) =>
      pipeline.until(
        `${signalId} ${state}`,
        async () => (await pipeline.signal(signalId))?.actions.find((each) => each.state === state),
        timeoutMs,
      );
    const draft = await actionOf(await send(dealChange(732)), "pending");

    // Slack posts and Google answers the first call of the mail, and neither answer arrives.
    const lost = { hang_after_effect: true, times: 1 };
    await pipeline.faults({ slack: lost, gmail: lost });
    const won = await send(dealChange(730, "dealstage", "closedwon"));
    const { action_id, content_hash } = draft.action;
    expect((await pipeline.post(`/api/approvals/${action_id}/approve`, { content_hash })).status).toBe(200);

    const done = await Promise.all([won, draft.signal_id].map((signalId) => actionOf(signalId, "executed")));
    expect(done.map(({ effect }) => effect?.external_id)).toEqual([expect.any(String), expect.any(String)]);
    const messages = async (system: string) => (await pipeline.sandbox(system)).records.messages ?? [];
    expect(await messages("slack")).toHaveLength(1);
    expect(await messages("gmail")).toHaveLength(1);
  },
  timeoutMs + 30_000,
);
