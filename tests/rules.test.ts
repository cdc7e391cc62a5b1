// The rules from end to end: tried on what really happened, activated, counting without a deploy, rolled back.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BacktestEvent } from "#rules/backtest-report.ts";
import { SHIPPED } from "#rules/default.fixture.ts";
import { dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const DEALS = ["901", "902", "903"];
const PATIENT = SHIPPED.document.replace("idle_days: 10", "idle_days: 20");
/** Promised for an activation; one read of the rules is on its way meanwhile. */
const PROMISED_MS = 30_000;

const pipeline = new Pipeline();
const folder = mkdtempSync(join(tmpdir(), "dealwire-rules-"));
const candidate = join(folder, "my-rules.yaml");
let origin: string;

beforeAll(async () => {
  origin = await pipeline.start();
  for (const id of DEALS) await decided(id);
});
afterAll(async () => {
  await pipeline.stop();
  rmSync(folder, { recursive: true });
});

/** Sends a change of an idle deal that is due soon, and answers which version decided on it, and what. */
async function decided(dealId: string): Promise<{ version: unknown; fired: unknown }> {
  await putDeal(pipeline, dealId);
  const response = await pipeline.hubspot([dealChange(dealId)]);
  const { signals }: Accepted = await response.json();
  const signalId = signals[0]?.signal_id ?? "";
  return pipeline.until(`a decision on ${dealId}`, async () => {
    const step = (await pipeline.signal(signalId))?.trail.find((each) => each.step === "decided");
    if (step === undefined) return null;
    const data = Object(step.data);
    return { version: data.ruleset_version, fired: data.fired };
  });
}

async function backtest(body: unknown) {
  const answer = await (await pipeline.post("/api/rules/backtest", body)).text();
  const events = answer
    .trim()
    .split("\n")
    .map((line) => BacktestEvent.parse(JSON.parse(line)));
  const last = events.at(-1);
  if (last?.kind !== "summary") throw new Error(answer);
  return last.summary;
}

async function run(...args: string[]) {
  const child = spawn(process.execPath, ["scripts/backtest.ts", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const [out, error, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { out, error, code };
}

test("what really happened is what the version in force would do again", async () => {
  const summary = await backtest({});
  expect(summary).toMatchObject({ candidate: SHIPPED.version, signals: DEALS.length, unreadable: 0, failures: [] });
  expect(summary.rules["idle-near-close"]).toMatchObject({ added: DEALS.length, approvals: DEALS.length });
});

test("npm run backtest prints the difference that a candidate would make", async () => {
  writeFileSync(candidate, PATIENT);
  const { out, code } = await run("--candidate", candidate, "--url", origin);
  expect(code).toBe(0);
  expect(out).toContain(`candidate against ${SHIPPED.version}, over ${DEALS.length} signals.`);
  expect(out).toMatch(/idle-near-close\s+\+0\s+-3/);
  expect(out).toContain("Deal 901 · idle-near-close · draft_followup (gmail)");
});

test("npm run backtest tells a mistake as a place in the file", async () => {
  writeFileSync(candidate, SHIPPED.document.replace("deal.is_open && went_back", "deal.is_opne && went_back"));
  const { error, code } = await run("--candidate", candidate, "--url", origin);
  expect(code).toBe(1);
  expect(error).toMatch(/my-rules\.yaml:\d+:\d+ No such key: is_opne/);
});

test("npm run backtest says what is not understood, not there, or not listening", async () => {
  expect(await run("--help")).toMatchObject({ code: 0, out: expect.stringContaining("Usage: npm run backtest") });
  expect(await run("--days", "x")).toMatchObject({ code: 2 });
  expect(await run("--candidate", "nope.yaml", "--url", origin)).toMatchObject({
    code: 1,
    error: expect.stringContaining("nope.yaml"),
  });
  expect(await run("--url", "http://127.0.0.1:9")).toMatchObject({ code: 1 });
  expect(await run("--url", `${origin}/nowhere`)).toMatchObject({
    code: 1,
    error: expect.stringContaining("is a sign-in in front of it?"),
  });
});

test("the rule that docs/rules.md begins with compiles, and can be tried", async () => {
  const [, example = ""] = /```yaml\n(.*?)```/s.exec(readFileSync("docs/rules.md", "utf8")) ?? [];
  const rule = example.replace(/^ {3}/gm, "");
  expect(rule).toContain("- id: competitor-in-big-deal");
  const document = SHIPPED.document.replace(/^rules:\n/m, `rules:\n${rule}`);
  expect(await backtest({ document })).toMatchObject({ candidate: "candidate", failures: [] });
});

test("a version that is activated decides within thirty seconds, and one step takes it back", async () => {
  const saved = await pipeline.json<{ version: string }>("/api/rules", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ document: PATIENT, note: "Patience." }),
  });
  expect((await decided("904")).version).toBe(SHIPPED.version);
  expect(await backtest({ version: saved.version })).toMatchObject({
    rules: { "idle-near-close": { added: 0, removed: 4 } },
  });

  expect((await pipeline.post(`/api/rules/${saved.version}/activate`, {})).status).toBe(200);
  let dealId = 910;
  const decides = async () => {
    dealId += 1;
    return (await decided(String(dealId))).version === saved.version;
  };
  await pipeline.until(`${saved.version} to decide`, decides, PROMISED_MS);

  expect((await pipeline.post("/api/rules/roll-back", { active: saved.version })).status).toBe(200);
  expect(await pipeline.json("/api/rules")).toMatchObject({ active: { version: SHIPPED.version } });
}, 120_000);
