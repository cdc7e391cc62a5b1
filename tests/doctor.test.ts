// The doctor against the whole pipeline: what it says of a healthy one, and what it finds when something is broken.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseEnv, promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAsk } from "../scripts/doctor/ask.ts";
import { examine } from "../scripts/doctor/examine.ts";
import { exitCodeOf, type Finding } from "../scripts/doctor/finding.ts";
import type { Given } from "../scripts/doctor/harmless-calls.ts";
import { readClone } from "../scripts/doctor/read-clone.ts";
import { Pipeline } from "./support/pipeline.ts";

const ORIGIN = "http://localhost:8787";
const pipeline = new Pipeline();
let origin: string;
beforeAll(async () => {
  origin = await pipeline.start();
});
afterAll(() => pipeline.stop());

const values = parseEnv(readFileSync("sandbox/local.env", "utf8"));
const local: Given = { MAILBOX: "ana.duarte@northwind.example" };
for (const [name, value] of Object.entries(values)) if (value !== undefined) Object.assign(local, { [name]: value });

async function examined(given: Given = local, clone = readClone("."), now = Date.now): Promise<Finding[]> {
  const ports = {
    ask: createAsk(ORIGIN, {}, fetch),
    fetch,
    now,
    sleep: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
    newId: () => crypto.randomUUID(),
  };
  const findings: Finding[] = [];
  for await (const some of examine({ given, clone, timeoutMs: 20_000 }, ports)) findings.push(...some);
  return findings;
}

const of = (findings: readonly Finding[], check: string) => findings.filter((finding) => finding.check === check);

test("a healthy one has no failure, and its test signal goes the whole way and leaves nothing outside", async () => {
  await pipeline.tick();
  const findings = await examined();
  expect(findings.filter(({ state }) => state === "failure")).toEqual([]);
  expect(exitCodeOf(findings)).toBe(0);
  expect(of(findings, "test signal")).toMatchObject([
    { state: "ok", what: expect.stringMatching(/^ingest, enrich, decide, deal: executed, after/) },
  ]);
  expect(of(findings, "migrations")).toMatchObject([{ state: "ok" }]);
  const called = of(findings, "secrets").filter(({ state }) => state === "ok");
  expect(called.map(({ subject }) => subject)).toEqual([
    "HubSpot",
    "Salesforce",
    "Slack",
    "Gmail",
    "Microsoft Graph",
    "Resend",
    "Salesloft",
    "Apollo",
    "language model",
  ]);
  expect(of(findings, "webhooks").length).toBeGreaterThan(8);
  expect((await pipeline.sandbox("slack")).records.messages ?? []).toEqual([]);
  const [{ sent } = { sent: null }] = await pipeline.query(
    "SELECT count(*) AS sent FROM signals WHERE event <> 'dealwire.checkup'",
  );
  expect(sent).toBe(0);
});

test("a secret that a system refuses is named, with where to get another, and never shown", async () => {
  const findings = await examined({ ...local, HUBSPOT_ACCESS_TOKEN: "expired-token-1", SLACK_BOT_TOKEN: "xoxb-wrong" });
  const refused = of(findings, "secrets").filter(({ state }) => state === "failure");
  expect(refused.map(({ subject }) => subject)).toEqual(["HubSpot", "Slack"]);
  expect(refused[0]?.todo).toContain("docs/configuration.md#hubspot_access_token");
  expect(JSON.stringify(findings)).not.toMatch(/expired-token-1|xoxb-wrong/);
  expect(exitCodeOf(findings)).toBe(1);
});

test("a secret that ingest does not have, a migration that is missing and another version are told apart", async () => {
  const clone = readClone(".");
  const newer = {
    migrations: [...clone.migrations, "9999_next.sql"],
    messages: { ...clone.messages, "plan.decided": 9 },
  };
  const wrong = { ...local, STANDARD_WEBHOOKS_SECRETS: `whsec_${Buffer.alloc(32).toString("base64")}` };
  const findings = await examined(wrong, newer);
  expect(of(findings, "test signal")).toMatchObject([{ state: "failure", what: expect.stringContaining("401") }]);
  expect(of(findings, "migrations")).toMatchObject([{ state: "failure", what: "not applied: 9999_next.sql" }]);
  expect(of(findings, "versions")).toMatchObject([{ state: "warning", what: expect.stringContaining("plan.decided") }]);
});

test("a clock that is off is told before it makes signatures fail", async () => {
  const findings = await examined({}, readClone("."), () => Date.now() + 400_000);
  expect(of(findings, "clock")).toMatchObject([{ state: "failure", what: expect.stringMatching(/40\d s ahead/) }]);
});

const run = promisify(execFile);

/** What the command says, and its exit code. */
async function doctor(...args: string[]): Promise<{ code: number; said: string }> {
  try {
    const { stdout } = await run(process.execPath, ["scripts/doctor.ts", ...args]);
    return { code: 0, said: stdout };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && "stdout" in error && "stderr" in error)) throw error;
    return { code: Number(error.code), said: `${error.stdout}${error.stderr}` };
  }
}

test("the command prints JSON for machines, and its exit code says whether something failed", async () => {
  const reached = await doctor("--url", origin, "--json", "--env-file", "sandbox/local.env", "--timeout", "20");
  const { findings }: { findings: Finding[] } = JSON.parse(reached.said);
  expect(of(findings, "test signal")).toMatchObject([{ state: "ok" }]);
  const nobody = await doctor("--url", "http://localhost:9");
  expect(nobody).toMatchObject({ code: 1, said: expect.stringContaining("nobody answers") });
  expect(nobody.said).toContain("npm start");
  expect((await doctor("--fix")).code).toBe(2);
});
