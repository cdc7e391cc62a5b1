import { expect, test } from "vitest";
import type { Event } from "#contract/envelope.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import type { RecordCache } from "#runtime/record-cache.ts";
import { signalOf } from "./enrich.fixture.ts";
import { forgetting } from "./forget-changed.ts";

const FIRED = "2026-11-21T15:30:00.000Z";
const record = (...ids: string[]) => ({ text: "{}", type: "x", readAt: Date.parse(FIRED) - 1_000, ids: new Set(ids) });

function event(source: string): Event<SignalReceived> {
  const payload = signalOf({ source, deal_id: "hubspot:100", account_id: "salesforce:001", fired_at: FIRED });
  return {
    event_id: "0192d3b5-5d5e-7c3a-8b1a-2f6f0c9d1e4a",
    topic: "signal.received",
    schema_version: 1,
    priority: "standard",
    correlation_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    causation_id: null,
    attempt: 1,
    published_at: FIRED,
    payload,
  };
}

/** What is left in the cache when the batch begins to read. */
async function leftFor(source: string): Promise<string[]> {
  const cache = cacheOf();
  let left: string[] = [];
  const handle = forgetting(cache, async () => {
    left = [...cache.keys()];
    return [];
  });
  await handle([event(source)]);
  return left;
}

function cacheOf(): RecordCache {
  return new Map([
    ["deal", record("hubspot:100", "hubspot:300")],
    ["other", record("hubspot:7")],
    ["account", record("salesforce:001")],
  ]);
}

test("a CRM's own event drops the records that it names in that CRM", async () => {
  expect(await leftFor("hubspot")).toEqual(["other", "account"]);
});

test("what happened elsewhere leaves what was read", async () => {
  expect(await leftFor("segment")).toEqual(["deal", "other", "account"]);
});
