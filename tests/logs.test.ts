// What the Workers log while they handle people's data: ids and counts, and nothing of anybody. The names, addresses and
// words that went through are looked for in every line.
import { afterAll, beforeAll, expect, test } from "vitest";
import { dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const p = new Pipeline();
beforeAll(() => p.start());
afterAll(() => p.stop());

const WORDS = "the frobnicator costs too much, says Quirina Zwiebelfisch";

test("no line of the log has a name, an address or a word of what went through", async () => {
  await putDeal(p, "9501", { dealname: "Zwiebelfisch & Partner renewal" });
  await putDeal(p, "9502");
  const answer: Accepted = await (await p.hubspot([dealChange(9501), dealChange(9502)])).json();
  const [first = { signal_id: "" }, second = { signal_id: "" }] = answer.signals;
  const draftOf = ({ signal_id }: { signal_id: string }) =>
    p.until("the draft", async () =>
      (await p.signal(signal_id))?.actions.find(({ action }) => action.type === "draft_followup"),
    );
  const { action, snapshot } = await draftOf(first).then((found) => ({ action: found.action, snapshot: found }));
  expect(snapshot.state).toBe("pending");
  await p.post(`/api/approvals/${action.action_id}/approve`, { content_hash: action.content_hash });
  await p.until("it sent", async () =>
    (await p.signal(first.signal_id))?.trail.some(({ step }) => step === "executed"),
  );
  const other = await draftOf(second);
  await p.post(`/api/approvals/${other.action.action_id}/reject`, { reason: WORDS });

  // What is refused, at the edge and behind it, and what an outside system refuses.
  const call = { timestamp: new Date().toISOString(), data: { text: WORDS, contact_id: "x" } };
  await p.standard({ ...call, type: "call.completed" });
  await p.standard({ ...call, type: "call.completed", timestamp: WORDS });
  await p.hubspot(JSON.stringify({ email: "quirina@zwiebelfisch.test" }));
  await p.hubspot([{ ...dealChange(9503), objectId: "quirina@zwiebelfisch.test" }]);
  await p.faults({ hubspot: { rate: 1, status: 500 } });
  await p.hubspot([dealChange(9501, "dealname", "Zwiebelfisch once more")]);
  const poison = JSON.stringify([{ email: "quirina@zwiebelfisch.test" }, WORDS]);
  await (await p.queue("ingest", "SIGNALS")).send(poison, { contentType: "text" });
  await p.until("letters", async () => (await p.query("SELECT 1 FROM dead_letters")).length >= 2);
  await p.faults({});
  await p.post("/api/erasures", { references: ["hubspot:508369434347"], emails: ["quirina@zwiebelfisch.test"] });
  await p.until("the erasure", async () => (await p.query("SELECT 1 FROM erasures WHERE state = 'done'")).length > 0);
  await p.tick();

  const draft = action.type === "draft_followup" ? action.params : null;
  const people = [...(draft?.to ?? []), { email: draft?.from ?? "", name: "" }];
  expect(people[0]?.email).toContain("@");
  const personal = [
    ...people.flatMap(({ email, name }) => [email, name ?? ""]),
    draft?.subject ?? "",
    "zwiebelfisch",
    "quirina",
    "frobnicator",
    "operator@localhost",
  ].filter((text) => text !== "");
  const lines = p.logs();
  expect(lines.length).toBeGreaterThan(10);
  for (const text of personal) {
    expect(lines.filter((line) => line.toLowerCase().includes(text.toLowerCase()))).toEqual([]);
  }
  for (const line of lines) expect(line).not.toMatch(/[\w.+-]+@[\w-]+\.[a-z]{2,}/i);
});

test("each step of a signal is logged as one JSON object with its layer and trace", () => {
  const records = p.logs().map((line): Record<string, unknown> => JSON.parse(line));
  expect(records.every(({ layer, event }) => typeof layer === "string" && typeof event === "string")).toBe(true);
});
