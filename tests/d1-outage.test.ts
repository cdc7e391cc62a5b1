// D1 away for a while: the pipeline goes on to its effects, and the trail is complete afterwards. Every table is renamed, so
// that each statement of each Worker fails as it would without a database.
import { afterAll, beforeAll, expect, test } from "vitest";
import { dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

/** Slack takes one message a second in a channel. */
const SIGNALS = 8;
const AWAY = "away_";
const p = new Pipeline();
beforeAll(() => p.start());
afterAll(() => p.stop());

async function renameTables(from: string, to: (name: string) => string): Promise<void> {
  const sql = `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
    AND name LIKE ?1 AND name NOT LIKE 'search_%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'`;
  for (const { name } of await p.query(sql, `${from}%`))
    await p.query(`ALTER TABLE "${name}" RENAME TO "${to(String(name))}"`);
}

const slackMessages = async () => (await p.sandbox("slack")).records.messages?.length ?? 0;

test("signals have their effects without D1, and their trails when it is back", { timeout: 120_000 }, async () => {
  const won = { dealstage: "closedwon", hs_is_closed: "true", hs_is_closed_won: "true" };
  const deals = Array.from({ length: SIGNALS }, (_, n) => 9_700 + n);
  for (const deal of deals) await putDeal(p, String(deal), won);
  // The rules of the isolate and the migrations are there before it goes.
  const before = await slackMessages();
  await renameTables("", (name) => `${AWAY}${name}`);
  await expect(p.query("SELECT * FROM signals")).rejects.toThrow(/no such table/);

  const events = deals.map((deal) => dealChange(deal, "dealstage", "closedwon"));
  const answer = await p.hubspot(events);
  expect(answer.status).toBe(202);
  const { signals }: Accepted = await answer.json();
  expect((await p.fetch("/api/signals")).status).toBe(503);
  await p.until("the effects", async () => (await slackMessages()) >= before + SIGNALS, 60_000);

  await renameTables(AWAY, (name) => name.slice(AWAY.length));
  await p.settle(SIGNALS);
  for (const { signal_id } of signals) {
    const steps = await p.query("SELECT step, layer FROM trail WHERE signal_id = ?", signal_id);
    expect(steps.map(({ step }) => step)).toEqual(
      expect.arrayContaining(["received", "enriched", "decided", "proposed", "executed"]),
    );
  }
  expect(await p.query("SELECT fate, count(*) AS n FROM signals GROUP BY fate")).toEqual([
    { fate: "executed", n: SIGNALS },
  ]);
  expect(await p.query("SELECT * FROM dead_letters")).toEqual([]);
  expect(await slackMessages()).toBe(before + SIGNALS);
});
