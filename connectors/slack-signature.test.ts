import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { verifySlackSignature } from "./slack-signature.ts";

const vector = (name: string) =>
  JSON.parse(readFileSync(`${import.meta.dirname}/../tests/payloads/slack/${name}.json`, "utf8"));
const docs = vector("sig.v0.docs");
const NOW = Number(docs.timestamp) * 1_000;

function verify(change: { body?: string; secret?: string; nowMs?: number; headers?: Record<string, string> } = {}) {
  const headers = new Headers({
    "x-slack-signature": docs.expected,
    "x-slack-request-timestamp": docs.timestamp,
    ...change.headers,
  });
  const body = new TextEncoder().encode(change.body ?? docs.rawBody);
  return verifySlackSignature({ headers, body }, change.secret ?? docs.signingSecret, change.nowMs ?? NOW);
}

describe("a signature of Slack", () => {
  test("of the documentation and of an interaction is right", async () => {
    expect(await verify()).toEqual({ ok: true });
    const click = vector("sig.v0.block_actions.self-made");
    const headers = { "x-slack-signature": click.expected, "x-slack-request-timestamp": click.timestamp };
    const nowMs = Number(click.timestamp) * 1_000;
    expect(await verify({ headers, body: click.rawBody, secret: click.signingSecret, nowMs })).toEqual({ ok: true });
  });

  test.each([
    ["of another body", { body: `${docs.rawBody}x` }, "bad_signature"],
    ["of another app", { secret: "another" }, "bad_signature"],
    ["cut short", { headers: { "x-slack-signature": docs.expected.slice(0, -2) } }, "bad_signature"],
    ["of another version", { headers: { "x-slack-signature": docs.expected.replace("v0", "v1") } }, "bad_signature"],
    ["that is five minutes old", { nowMs: NOW + 300_001 }, "stale"],
    ["that is five minutes ahead", { nowMs: NOW - 300_001 }, "stale"],
    ["with a time that is none", { headers: { "x-slack-request-timestamp": "1e9" } }, "stale"],
    [
      "of the same request made young",
      { headers: { "x-slack-request-timestamp": String(Number(docs.timestamp) + 60) } },
      "bad_signature",
    ],
  ])("%s is refused", async (_name, change, code) => {
    expect(await verify(change)).toMatchObject({ ok: false, code });
  });

  test("that is missing is refused", async () => {
    const request = { headers: new Headers(), body: new Uint8Array() };
    expect(await verifySlackSignature(request, "secret", NOW)).toMatchObject({ ok: false, code: "missing_signature" });
  });
});
