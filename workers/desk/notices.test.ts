import { expect, test } from "vitest";
import type { ActionChanged } from "#contract/action-changed.ts";
import type { Event } from "#contract/envelope.ts";
import type { LiveChange } from "#contract/live.ts";
import { ANA, actionId, snapshot } from "#web/sample-site.ts";
import { noticesHandler } from "./notices.ts";
import { sampleSlack } from "./slack/sample-slack.ts";

function event(shown: ReturnType<typeof snapshot>): Event<ActionChanged> {
  return {
    event_id: "0198f3a0-0000-7000-8000-000000000001",
    topic: "action.changed",
    schema_version: 1,
    priority: "high",
    correlation_id: shown.correlation_id,
    causation_id: null,
    attempt: 1,
    published_at: "2026-11-21T12:00:00.000Z",
    payload: { snapshot: shown },
  };
}

function live() {
  const told: LiveChange[] = [];
  const broadcast = async (changes: readonly LiveChange[]) => {
    told.push(...changes);
  };
  return { told, live: { broadcast } };
}

test("of one action only the newest version is told and shown, whatever the order", async () => {
  const approved = snapshot(1, { state: "released", version: 4 });
  const { ports, messages } = sampleSlack(() => approved);
  const pages = live();
  const handle = noticesHandler({ live: pages.live, cards: ports, log: () => {} });
  const outcomes = await handle([event(approved), event(snapshot(1)), event(snapshot(1, { version: 3 }))]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(["done", "done", "done"]);
  expect(pages.told).toEqual([{ action_id: actionId(1), version: 4, state: "released", owner_email: ANA }]);
  expect(messages.size).toBe(0);
});

test("without Slack the pages are told and there is nothing else to do", async () => {
  const pages = live();
  const outcomes = await noticesHandler({ live: pages.live, cards: null, log: () => {} })([event(snapshot(1))]);
  expect(outcomes).toMatchObject([{ kind: "done" }]);
  expect(pages.told).toHaveLength(1);
});
