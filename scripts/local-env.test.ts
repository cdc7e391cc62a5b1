// What a local run may change of sandbox/local.env, and what it leaves alone.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, it } from "vitest";
import { rewriteLocalEnv } from "./local-env.ts";

const TEXT = readFileSync(join(import.meta.dirname, "../sandbox/local.env"), "utf8");

it("leaves the file as it is on the default port", () => {
  expect(rewriteLocalEnv(TEXT, { port: 8787, approvalTtlSeconds: null })).toBe(TEXT);
});

it("moves every URL to another port, also inside values", () => {
  const moved = rewriteLocalEnv(TEXT, { port: 9001, approvalTtlSeconds: null });
  expect(moved).not.toContain(":8787");
  const before = parseEnv(TEXT);
  const after = parseEnv(moved);
  expect(Object.keys(after)).toEqual(Object.keys(before));
  expect(after.PUBLIC_URL).toBe("http://localhost:9001");
  expect(after.HUBSPOT_ACCESS_TOKEN).toBe(before.HUBSPOT_ACCESS_TOKEN);
});

it("leaves alone what only looks like the port", () => {
  const text = "A=localhost:87870\nB=notlocalhost:8787x\n";
  expect(rewriteLocalEnv(text, { port: 9001, approvalTtlSeconds: null })).toBe(text);
});

it("sets the approval's time to live, whether the file has it or not", () => {
  const changes = { port: 8787, approvalTtlSeconds: 20 };
  expect(parseEnv(rewriteLocalEnv(TEXT, changes)).APPROVAL_TTL_SECONDS).toBe("20");
  expect(rewriteLocalEnv("A=1", changes)).toBe("A=1\nAPPROVAL_TTL_SECONDS=20\n");
});
