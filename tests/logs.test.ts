// What the Workers log while they handle people's data: ids and counts, and nothing of anybody, in any layer. The names,
// addresses and words that went through are looked for in every line; and each call that left carries its signal's trace.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ANA, dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const p = new Pipeline({ LLM_PROVIDER: "openai-compatible" });
/** Calls that left the Workers, as they left. */
const outbound: { path: string; traceparent: string | null }[] = [];
beforeAll(async () => {
  const forward = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    outbound.push({ path: new URL(request.url).pathname, traceparent: request.headers.get("traceparent") });
    return forward(request);
  };
  await p.start();
});
afterAll(() => p.stop());

const WORDS = "the frobnicator costs too much, says Quirina Zwiebelfisch";
const layersLogged = () =>
  new Set(
    p
      .logs()
      .filter((line) => line.startsWith("{"))
      .map((line) => String(JSON.parse(line).layer)),
  );

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

  // By mail, and through the pages and the APIs of all sites, with somebody in the address, the form and the body.
  const reply = readFileSync("tests/payloads/email/reply.eml", "utf8").replace("Next steps", WORDS);
  const to = new URLSearchParams({ from: ANA, to: "deals@in.dealwire.example" });
  await p.fetch(`/sandbox/email?${to}`, { method: "POST", body: reply });
  await p.fetch("/api/signals?contact=quirina@zwiebelfisch.test&q=frobnicator");
  await p.fetch("/api/signals?from=Zwiebelfisch");
  await p.fetch("/api/approvals?owner=quirina@zwiebelfisch.test");
  await p.post("/api/approvals/act_quirina/reject", { reason: WORDS });
  await p.post("/slack/interactions", { user: "quirina@zwiebelfisch.test", text: WORDS });
  const [letter] = await p.query("SELECT letter_id FROM dead_letters");
  await p.post(`/api/dead-letters/${letter?.letter_id}/mend`, { event: { text: WORDS }, note: WORDS });
  const { active } = await p.json<{ active: { version: string } }>("/api/rules");
  const { document } = await p.json<{ document: string }>(`/api/rules/${active.version}`);
  const saved = await p.fetch("/api/rules", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ document: `${document}\n# Zwiebelfisch\n`, note: WORDS, activate: true }),
  });
  expect(saved.status).toBe(201);
  await p.until(
    "the mail's signal",
    async () => (await p.query("SELECT 1 FROM signals WHERE source = 'email'")).length > 0,
  );
  const day = new Date().toISOString().slice(0, 10);
  const raw = { source: "standard", from: `${day}T00:00:00.000Z`, to: new Date().toISOString(), dry_run: false };
  expect((await p.post("/api/raw/replay", raw)).status).toBe(202);
  expect(LAYERS.filter((layer) => !layersLogged().has(layer))).toEqual([]);

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
}, 180_000);

/** Those that handle signals or people; what an object logs is only what goes wrong. */
const LAYERS = ["ingest", "inbox", "enrich", "decide", "execute", "ledger", "desk", "console", "rules"];

test("each step of a signal is logged as one JSON object with its layer and trace", () => {
  const records = p.logs().map((line): Record<string, unknown> => JSON.parse(line));
  expect(records.every(({ layer, event }) => typeof layer === "string" && typeof event === "string")).toBe(true);
});

test("each layer that a signal passed names its trace in a line", async () => {
  const [row] = await p.query("SELECT correlation_id FROM signals WHERE source = 'hubspot' AND fate = 'executed'");
  const trace = String(row?.correlation_id);
  const lines = p.logs().filter((line) => line.includes(trace));
  const layers = new Set(lines.map((line) => String(JSON.parse(line).layer)));
  for (const layer of ["enrich", "decide", "execute"]) expect([...layers]).toContain(layer);
});

test("every call about a signal carries its trace, and a login carries none", async () => {
  const known = new Set(
    (await p.query("SELECT correlation_id FROM signals")).map(({ correlation_id }) => correlation_id),
  );
  const calls = outbound.filter(({ path }) => path.startsWith("/sandbox/"));
  const systems = new Set(calls.map(({ path }) => path.split("/")[2]));
  expect([...systems]).toEqual(expect.arrayContaining(["hubspot", "gmail", "slack", "model"]));
  const traced = calls.filter(({ path }) => !/token|oauth/.test(path));
  for (const { path, traceparent } of traced) {
    expect([path, traceparent]).toEqual([path, expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)]);
    expect([path, known.has(traceparent?.slice(3, 35) ?? "")]).toEqual([path, true]);
  }
});
