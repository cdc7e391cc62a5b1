// The same story in either CRM, with the other one not set up: a competitor comes up about an idle deal of the book; the
// signal gets its context, rules plan a task and a mail, a person approves the mail, and both are where they belong.
import { expect, test } from "vitest";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { book } from "../sandbox/book/book.ts";
import { REPS } from "../sandbox/seed.ts";
import { addSampleIntent } from "../scripts/sample-intent.ts";
import { addSamplePeople } from "../scripts/sample-people.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const TIME_ZONES = ["Europe/Lisbon", "America/Chicago", "Europe/Berlin"];

/** Open, idle for two weeks or so, due in less than three, with somebody who may be mailed. */
function idleDeal() {
  const deal = book().deals.find(({ stages, lastActivity, closes, rep, people }) => {
    const [open, due] = [!stages.at(-1)?.stage.startsWith("closed"), closes.at(-1)?.day ?? 0];
    return (
      open && rep !== null && lastActivity < -11 && due > 1 && due < 20 && people.some(({ optedOut }) => !optedOut)
    );
  });
  if (deal === undefined) throw new Error("the book has no such deal");
  return { ...deal, rep: deal.rep ?? 0 };
}

test.each([
  ["hubspot", { SALESFORCE_PRIVATE_KEY: "" }, "tasks"],
  ["salesforce", { HUBSPOT_ACCESS_TOKEN: "" }, "Task"],
] as const)(
  "in %s alone: signal, context, plan, approval, effect",
  async (crm, without, tasks) => {
    const deal = idleDeal();
    const pipeline = new Pipeline(without);
    await pipeline.start();
    try {
      // The book is dated by the first look at it.
      await pipeline.sandbox(crm);
      await addSamplePeople((path, init) => pipeline.fetch(path, init));
      await addSampleIntent((path, init) => pipeline.fetch(path, init), "local-ingest-token", Date.now());
      await pipeline.until("the intent of the book", async () => {
        const [row] = await pipeline.query("SELECT count(*) AS n FROM intent WHERE domain = ?1", deal.company.domain);
        return row?.n === 3;
      });

      const said = {
        type: "note.added",
        timestamp: new Date().toISOString(),
        data: { deal_id: `${crm}:${deal[crm]}`, competitors: ["Globex"], text: "They also look at Globex." },
      };
      const answer: Accepted = await (await pipeline.standard(said)).json();
      const id = answer.signals[0]?.signal_id ?? "";
      const seen = (what: string, is: (view: NonNullable<Awaited<ReturnType<Pipeline["signal"]>>>) => boolean) =>
        pipeline.until(what, async () => {
          const view = await pipeline.signal(id);
          return view !== null && is(view) && view;
        });

      const planned = await seen("the mail waiting and the task done", ({ actions }) => {
        const states = actions.map(({ action, state }) => `${action.type} ${state}`);
        return states.includes("draft_followup pending") && states.includes("create_task executed");
      });
      const rep = REPS[deal.rep];
      const [row] = await pipeline.query("SELECT data FROM trail WHERE signal_id = ?1 AND step = 'enriched'", id);
      const { signal }: { signal: SignalEnriched } = JSON.parse(String(row?.data ?? "{}"));
      expect(signal).toMatchObject({
        subject: `${crm}:${deal[crm]}`,
        urgency: "immediate",
        degraded: [],
        deal_context: {
          owner: { name: `${rep?.first} ${rep?.last}`, time_zone: TIME_ZONES[deal.rep], manager: { name: "Dana Lee" } },
          last_activity_days_ago: -deal.lastActivity,
          competitors_mentioned: ["Globex"],
        },
        account_context: { name: deal.company.name, domain: deal.company.domain, intent_score: expect.any(Number) },
      });
      expect(signal.account_context?.topics).toHaveLength(3);
      const { records } = await pipeline.sandbox(crm);
      const made = (records[tasks] ?? []).filter((task) =>
        JSON.stringify(task).includes("Competitor mentioned: Globex"),
      );
      expect(made).toHaveLength(1);
      expect(JSON.stringify(made)).toContain(deal[crm]);

      const mail = planned.actions.find(({ action }) => action.type === "draft_followup")?.action;
      const approved = await pipeline.post(`/api/approvals/${mail?.action_id}/approve`, {
        content_hash: mail?.content_hash,
      });
      expect(approved.status).toBe(200);
      await seen("the mail sent", ({ actions }) => actions.every(({ state }) => state === "executed"));
      expect((await pipeline.sandbox("gmail")).records.messages).toHaveLength(1);
      const other = await pipeline.sandbox(crm === "hubspot" ? "salesforce" : "hubspot");
      expect(other.requests).toEqual([]);
    } finally {
      await pipeline.stop();
    }
  },
  90_000,
);
