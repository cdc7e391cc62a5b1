import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Action, ActionContent } from "./action.ts";
import { actionId } from "./action-id.ts";
import { contentHash } from "./content-hash.ts";

const action = Action.parse(JSON.parse(readFileSync("contract/golden/action.released.v1.json", "utf8")).payload.action);

test("the hash covers what the outside sees and nothing else", async () => {
  const hash = await contentHash(action);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  const reworded = Action.parse({ ...action, reason: "another reason", priority: "low" });
  expect(await contentHash(reworded)).toBe(hash);
  expect(
    await contentHash(ActionContent.parse({ ...action, params: { ...action.params, subject: "Changed" } })),
  ).not.toBe(hash);
});

test("a parsed action keeps the fields of both of its halves", () => {
  expect(action).toMatchObject({ type: "draft_followup", rule_id: "idle-near-close", params: { thread_id: null } });
});

test("an action of a known type with the params of another does not parse", () => {
  expect(ActionContent.safeParse({ ...action, type: "send_alert", target: "slack" }).success).toBe(false);
});

test("the id tells apart rules, types and ordinals", async () => {
  const signal = `sig_${"a".repeat(26)}`;
  const ids = await Promise.all([
    actionId(signal, "r1", "send_alert"),
    actionId(signal, "r2", "send_alert"),
    actionId(signal, "r1", "create_task"),
    actionId(signal, "r1", "send_alert", 1),
  ]);
  expect(new Set(ids).size).toBe(4);
  expect(await actionId(signal, "r1", "send_alert")).toBe(ids[0]);
});
