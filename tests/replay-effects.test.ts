// HubSpot refuses our token while deals are won: every signal is a dead letter of one cause. When the token works again one
// replay brings all effects, and a second replay of the same letters brings none.
import { afterAll, beforeAll, expect, test } from "vitest";
import { dealChange, putDeal } from "./support/deals.ts";
import { Pipeline } from "./support/pipeline.ts";

/** Slack takes one message a second in a channel. */
const SIGNALS = 8;
const p = new Pipeline();
beforeAll(() => p.start());
afterAll(() => p.stop());

const slackMessages = async () => (await p.sandbox("slack")).records.messages?.length ?? 0;

async function replayAll(): Promise<void> {
  const answer = await p.post("/api/dead-letters/replay", { filter: { code: "credentials" } });
  const { replay }: { replay: { replay_id: string } } = JSON.parse(await answer.text());
  await p.until("the replay done", async () => {
    const now = await p.json<{ replay: { state: string; done: number } }>(
      `/api/dead-letters/replays/${replay.replay_id}`,
    );
    return now.replay.state === "done" && now.replay.done === SIGNALS;
  });
}

test("a storm of dead letters is replayed without repeating an effect", { timeout: 120_000 }, async () => {
  const won = { dealstage: "closedwon", hs_is_closed: "true", hs_is_closed_won: "true" };
  const deals = Array.from({ length: SIGNALS }, (_, n) => 9_800 + n);
  for (const deal of deals) await putDeal(p, String(deal), won);
  await p.faults({ hubspot: { rate: 1, status: 401 } });
  await p.hubspot(deals.map((deal) => dealChange(deal, "dealstage", "closedwon")));
  await p.until("the letters", async () => {
    const [row] = await p.query("SELECT count(*) AS n FROM dead_letters WHERE code = 'credentials'");
    return row?.n === SIGNALS;
  });
  const { issues } = await p.json<{ issues: { open: number }[] }>("/api/dead-letters/issues");
  expect(issues).toMatchObject([{ open: SIGNALS }]);
  await p.faults({});

  const before = await slackMessages();
  await replayAll();
  await p.until("the effects", async () => (await slackMessages()) === before + SIGNALS, 90_000);
  await p.until("them in the read model", async () => {
    const [row] = await p.query("SELECT count(*) AS n FROM approvals WHERE type = 'send_alert' AND state = 'executed'");
    return row?.n === SIGNALS;
  });

  await p.query("UPDATE dead_letters SET state = 'open'");
  const preview = await p.post("/api/dead-letters/replay", { filter: { code: "credentials" }, dry_run: true });
  const { count, effects }: { count: number; effects: { type: string; count: number }[] } = JSON.parse(
    await preview.text(),
  );
  expect([count, effects.find(({ type }) => type === "send_alert")?.count]).toEqual([SIGNALS, SIGNALS]);
  await replayAll();
  await p.until("them decided again", async () => {
    const [row] = await p.query("SELECT count(*) AS n FROM trail WHERE step = 'decided'");
    return row?.n === 2 * SIGNALS;
  });
  await p.settle(SIGNALS);
  expect(await slackMessages()).toBe(before + SIGNALS);
  expect(await p.query("SELECT fate, count(*) AS n FROM signals GROUP BY fate")).toEqual([
    { fate: "executed", n: SIGNALS },
  ]);
});
