import { expect, test } from "vitest";
import type { Envelope } from "#contract/envelope.ts";
import { countedStub, takeOver, takeUsage, use, withUsage } from "./usage.ts";

const envelope = (usage?: Record<string, number>): Envelope => ({
  event_id: "019a0000-0000-7000-8000-000000000001",
  topic: "audit.step",
  schema_version: 2,
  priority: "standard",
  correlation_id: "0af7651916cd43dd8448eb211c80319c",
  causation_id: null,
  attempt: 1,
  published_at: "2026-11-21T08:00:00.000Z",
  ...(usage !== undefined && { usage }),
  payload: {},
});

test("what was used is told once, with the first envelope, and on top of what that tells already", () => {
  takeUsage();
  use("requests");
  use("queue_operations", 3);
  const [first, second] = withUsage([envelope({ queue_operations: 4, object_rows_written: 2 }), envelope()]);
  expect(first?.usage).toEqual({ requests: 1, queue_operations: 7, object_rows_written: 2 });
  expect(second?.usage).toBeUndefined();
  expect(withUsage([envelope()])[0]?.usage).toBeUndefined();
});

test("every call of an object is a request", async () => {
  takeUsage();
  const stub = countedStub({ name: "deal", claim: async (id: string) => id });
  expect([stub.name, await stub.claim("a"), await stub.claim("b")]).toEqual(["deal", "a", "b"]);
  expect(takeUsage()).toEqual({ object_requests: 2 });
});

test("what came with an event is told on, unless it was tried before", () => {
  takeUsage();
  takeOver(envelope({ requests: 2, beans: 1 }));
  takeOver({ ...envelope({ requests: 5 }), attempt: 2 });
  takeOver(envelope());
  expect(takeUsage()).toEqual({ requests: 2 });
});
