// `npm run backtest` as a person runs it: the real script, against an API that streams what the real backtest tells.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backtest } from "#rules/backtest.ts";
import { SHIPPED } from "#rules/default.fixture.ts";
import { enriched } from "#rules/enriched.fixture.ts";
import { compileText } from "#rules/parse-document.ts";

const folder = mkdtempSync(join(tmpdir(), "dealwire-backtest-"));
const candidate = join(folder, "my-rules.yaml");
let server: Server;
let url: string;

async function* past() {
  for (let days = 1; days <= 30; days += 1)
    yield enriched({ subject: `hubspot:${days}`, deal: { last_activity_days_ago: days } });
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { document } = JSON.parse(await text(request));
    const active = compileText(SHIPPED.document, SHIPPED.version);
    const tried = compileText(document ?? SHIPPED.document, "candidate");
    if (!active.ok || !tried.ok) {
      const problems = tried.ok ? [] : tried.problems;
      return response.writeHead(422, { "content-type": "application/problem+json" }).end(JSON.stringify({ problems }));
    }
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    const input = {
      active: active.ruleset,
      candidate: tried.ruleset,
      signals: past(),
      approvalTtlSeconds: 60,
      total: 30,
    };
    for await (const event of backtest(input)) response.write(`${JSON.stringify(event)}\n`);
    return response.end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  url = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function run(...args: string[]) {
  const child = spawn(process.execPath, ["scripts/backtest.ts", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const [out, error, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { out, error, code };
}

test("a candidate is tried on the past and the difference is printed", async () => {
  writeFileSync(candidate, SHIPPED.document.replace("idle_days: 10", "idle_days: 20"));
  const { out, code } = await run("--candidate", candidate, "--url", url);
  expect(code).toBe(0);
  expect(out).toContain(`candidate against ${SHIPPED.version}, over 30 signals.`);
  expect(out).toMatch(/Actions: 0 added, 10 removed, 0 changed, 10 as before/);
  expect(out).toMatch(/idle-near-close\s+\+0\s+-10/);
  expect(out).toContain("Acme renewal · idle-near-close · draft_followup (gmail)");
});

test("a candidate with a mistake is answered with the place of it", async () => {
  writeFileSync(candidate, SHIPPED.document.replace("deal.is_open && went_back", "deal.is_opne && went_back"));
  const { error, code } = await run("--candidate", candidate, "--url", url);
  expect(code).toBe(1);
  expect(error).toMatch(/my-rules\.yaml:\d+:\d+ No such key: is_opne/);
});

test("what is not understood, not there or not listening is said", async () => {
  expect(await run("--help")).toMatchObject({ code: 0, out: expect.stringContaining("Usage: npm run backtest") });
  expect(await run("--days", "x")).toMatchObject({ code: 2 });
  expect(await run("--candidate", "nope.yaml", "--url", url)).toMatchObject({
    code: 1,
    error: expect.stringContaining("nope.yaml"),
  });
  expect(await run("--url", "http://127.0.0.1:9")).toMatchObject({ code: 1 });
});
