// The trail end to end: packed into few rows, found by whatever is known, tamper-evident, and erasable with the chain whole.
import { afterAll, beforeAll, expect, test } from "vitest";
import { dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";
import { verifyTrail } from "./support/verify-trail.ts";

const pipeline = new Pipeline();
let origin: string;

beforeAll(async () => {
  origin = await pipeline.start();
});
afterAll(() => pipeline.stop());

const verify = () => verifyTrail(origin);

/** The contact of every deal that `putDeal` makes, as the sandbox's CRM has them. */
const PERSON = "hubspot:508369434347";

async function sent(...events: ReturnType<typeof dealChange>[]): Promise<string[]> {
  const answer: Accepted = await (await pipeline.hubspot(events)).json();
  return answer.signals.map(({ signal_id }) => signal_id);
}

async function draftOf(signalId: string) {
  return pipeline.until("the draft", async () =>
    (await pipeline.signal(signalId))?.actions.find(({ action }) => action.type === "draft_followup"),
  );
}

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const tables = await pipeline.query(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'search%'",
  );
  const rows = await Promise.all(tables.map(({ name }) => pipeline.query(`SELECT * FROM "${name}"`)));
  const index = await pipeline.query("SELECT hex(block) AS block FROM search_data");
  const blocks = index.map(({ block }) => Buffer.from(String(block), "hex").toString("latin1"));
  return JSON.stringify([rows, blocks]);
}

test("a signal that needs nothing costs at most two rows", async () => {
  const ids = Array.from({ length: 20 }, (_, n) => String(820 + n));
  const quiet = { notes_last_updated: new Date().toISOString(), closedate: new Date(Date.now() + 1e10).toISOString() };
  for (const id of ids) await putDeal(pipeline, id, quiet);
  await sent(...ids.map((id) => dealChange(id)));
  await pipeline.settle(20);
  const [row] = await pipeline.query("SELECT count(*) AS steps, count(DISTINCT signal_id) AS signals FROM trail");
  expect(row?.signals).toBe(20);
  expect(Number(row?.steps)).toBeGreaterThanOrEqual(60);
  // Each link that a signal is in wrote its row once; what a link itself costs is shared by all that are in it.
  const [written] = await pipeline.query("SELECT count(*) AS n FROM touched");
  expect(Number(written?.n)).toBeLessThanOrEqual(2 * 20);
});

test("a signal is found by its deal, by what became of it and by a word of its trail", async () => {
  await putDeal(pipeline, "811");
  const [signalId = ""] = await sent(dealChange(811));
  expect((await draftOf(signalId)).state).toBe("pending");
  for (const query of [
    "deal=hubspot:811",
    `contact=${PERSON}&fate=waiting`,
    "q=proposed&source=hubspot",
    `q=${signalId}`,
  ]) {
    const { signals } = await pipeline.json<{ signals: { signal_id: string }[] }>(`/api/signals?${query}`);
    expect(signals.map(({ signal_id }) => signal_id)).toEqual([signalId]);
  }
  const { signals } = await pipeline.json<{ signals: unknown[] }>("/api/signals?deal=hubspot:81");
  expect(signals).toEqual([]);
});

test("a step changed by hand in D1 is named, and nothing else is", async () => {
  expect(await verify()).toMatchObject({ code: 0, said: expect.stringContaining("Whole") });
  const [row] = await pipeline.query("SELECT signal_id, trail FROM signals ORDER BY signal_id LIMIT 1");
  const id = String(row?.signal_id);
  await pipeline.query("UPDATE signals SET trail = replace(trail, 'Received', 'Recieved') WHERE signal_id = ?", id);
  const { code, said } = await verify();
  expect([code, said]).toEqual([1, expect.stringContaining(id)]);
  await pipeline.query("UPDATE signals SET trail = ? WHERE signal_id = ?", row?.trail, id);
  expect((await verify()).code).toBe(0);
});

test("somebody who is erased is found nowhere, and the chain is whole", async () => {
  await putDeal(pipeline, "812");
  const [signalId = ""] = await sent(dealChange(812));
  const { action } = await draftOf(signalId);
  const address = action.type === "draft_followup" ? (action.params.to[0]?.email ?? "") : "";
  expect(await dump()).toContain(address);
  const asked = await pipeline.post("/api/erasures", { references: [PERSON] });
  expect(asked.status).toBe(202);
  const { status }: { status: string } = await asked.json();
  await pipeline.until("both sweeps", async () => {
    const response = await pipeline.fetch(status);
    return response.ok && (await response.json<{ state: string }>()).state === "done";
  });
  // What the Deal objects say of it arrives last.
  await pipeline.until("the emptied action", async () =>
    (await pipeline.signal(signalId))?.actions.some(({ state }) => state === "superseded"),
  );
  const left = await dump();
  expect(left).toContain(signalId);
  expect(left.toLowerCase()).not.toContain(address.toLowerCase());
  expect(left).not.toContain(PERSON);
  expect(await verify()).toMatchObject({ code: 0, said: expect.stringMatching(/\([1-9]\d* erased/) });
});
