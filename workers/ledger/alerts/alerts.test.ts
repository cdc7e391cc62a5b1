// Which readings are alerts, and what is told of them: the beginning and the end, once each.
import { describe, expect, test } from "vitest";
import { Envelope } from "#contract/envelope.ts";
import { parsePayload, planDecided } from "#contract/messages.ts";
import { alertPlan } from "./alert-plan.ts";
import { type AlertRow, changes } from "./changes.ts";
import { evaluate } from "./evaluate.ts";
import type { Readings } from "./readings.ts";
import { alertSettings } from "./settings.ts";

const NOW = Date.parse("2026-11-21T12:00:00.000Z");
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const { settings } = alertSettings("");

const QUIET: Readings = {
  queues: [],
  issues: [],
  overdue: 0,
  upstreams: [],
  budget: null,
  minutes: [],
  hours: [],
  conservation: { difference: 0, off_since: null },
  jobs: [],
};
const names = (fields: Partial<Readings>) => evaluate({ ...QUIET, ...fields }, settings, NOW).map(({ alert }) => alert);
const objective = (met: number, missed: number) => ({
  at: "2026-11-21T11:59",
  counters: { 'objective{met="true"}': met, 'objective{met="false"}': missed },
});
const upstream = (breaker: "closed" | "open", credentials: "accepted" | "refused") => ({
  system: "slack",
  breaker: { state: breaker, since: null, failures_in_a_row: 5 },
  credentials: { state: credentials, since: null },
  limits: [],
  tokens: [],
  calls: { answered: 1, failed: 0, deferred: 0 },
  cache: { hits: 0, misses: 0 },
});

const budget = (level: "near" | "exhausted") => {
  return { day: "2026-11-21", limit_micro_usd: 5_000_000, spent_micro_usd: 4_100_000, calls: 9, refused: 0, level };
};

describe("what is wrong", () => {
  test("is nothing when nothing is", () => expect(names({})).toEqual([]));

  test.each([
    [
      "dead letters of a cause",
      { issues: [{ fingerprint: "iss_a", stage: "enrich", reason: "x", letters: 3 }] },
      "dead_letters:iss_a",
    ],
    ["a queue that lags", { queues: [{ queue: "signals", messages: 9, oldest_at: at(-16) }] }, "lag:signals"],
    ["a breaker that is open", { upstreams: [upstream("open", "accepted")] }, "breaker:slack"],
    ["credentials that are refused", { upstreams: [upstream("closed", "refused")] }, "credentials:slack"],
    ["the model's budget at 80 per cent", { budget: budget("near") }, "budget:near"],
    ["approvals past their deadline", { overdue: 1 }, "overdue"],
    ["fates that do not add up for long", { conservation: { difference: 1, off_since: at(-11) } }, "conservation"],
    ["an objective that is missed fast", { minutes: [objective(50, 50)] }, "burn_rate"],
    ["a job that failed", { jobs: [{ job: "minute", ran_at: at(-1), outcome: "D1" }] }, "job:minute"],
    ["a job that did not run", { jobs: [{ job: "minute", ran_at: at(-6), outcome: "ok" }] }, "job:minute"],
    ["queues that can't be asked", { queues: null }, "job:queues"],
  ] satisfies [string, Partial<Readings>, string][])("is %s", (_what, fields, alert) => {
    expect(names(fields)).toEqual([alert]);
  });

  test.each([
    ["a queue that is only deep", { queues: [{ queue: "signals", messages: 9_000, oldest_at: at(-1) }] }],
    ["fates that are still on their way", { conservation: { difference: 1, off_since: at(-1) } }],
    ["a miss among too few signals", { minutes: [objective(0, 5)] }],
    ["a breaker that is closed", { upstreams: [upstream("closed", "accepted")] }],
  ] satisfies [string, Partial<Readings>][])("is not %s", (_what, fields) => expect(names(fields)).toEqual([]));

  test("is a source that sends every hour and stopped", () => {
    const hours = Array.from({ length: 24 }, (_, hour) => ({
      at: new Date(NOW - (hour + 3) * 3_600_000).toISOString().slice(0, 13),
      counters: { 'signals_received{source="hubspot"}': 4 },
    }));
    expect(names({ hours })).toEqual(["quiet:hubspot"]);
    expect(
      names({
        hours: [...hours, { ...QUIET, at: "2026-11-21T12", counters: { 'signals_received{source="hubspot"}': 1 } }],
      }),
    ).toEqual([]);
  });

  test("is a budget that is used up on top of one that is nearly so, so that neither seems to be over", () => {
    expect(names({ budget: budget("exhausted") })).toEqual(["budget:near", "budget:exhausted"]);
  });

  test("of more causes than ten is told together", () => {
    const issues = Array.from({ length: 14 }, (_, each) => ({
      fingerprint: `iss_${each}`,
      stage: "enrich",
      reason: "x",
      letters: 1,
    }));
    expect(names({ issues })).toHaveLength(11);
  });
});

describe("what is told", () => {
  const alert = { alert: "overdue", summary: "1 approval is past the deadline.", link: "/metrics" };
  const row = (fields: Partial<AlertRow>): AlertRow => ({
    ...alert,
    state: "firing",
    since: at(-5),
    muted_until: null,
    muted_by: null,
    ...fields,
  });

  test("is the beginning, once", () => {
    expect(changes([alert], [], at(0))).toMatchObject([{ alert: "overdue", state: "firing_untold", since: at(0) }]);
    expect(changes([alert], [row({})], at(0))).toEqual([]);
  });
  test("is the end, once", () => {
    expect(changes([], [row({})], at(0))).toMatchObject([{ state: "recovered_untold", since: at(0) }]);
    expect(changes([], [row({ state: "recovered" })], at(0))).toEqual([]);
  });
  test("is told later when the queue did not take it, under the same time", () => {
    const untold = row({ state: "firing_untold" });
    expect(changes([alert], [untold], at(0))).toEqual([untold]);
  });
  test("is nothing while it is muted", () => {
    expect(changes([alert], [row({ state: "recovered", muted_until: at(60) })], at(0))).toMatchObject([
      { state: "firing" },
    ]);
  });
  test("is a plan that is the same whenever it is made", async () => {
    let made = 0;
    const ports = { now: () => NOW + made, newEventId: () => `019a0000-0000-7000-8000-00000000000${++made}` };
    const one = await alertPlan(row({}), settings, "https://dealwire.example.com", ports);
    const two = await alertPlan(row({}), settings, "https://dealwire.example.com", ports);
    const payloads = [one, two].map(({ plan }) => parsePayload(planDecided, Envelope.parse(plan)));
    const actions = payloads.map((each) => (each.ok ? each.event.payload.actions[0] : each.reason));
    expect(actions[0]).toEqual(actions[1]);
    expect(actions[0]).toMatchObject({ approval: "auto", params: { url: "https://dealwire.example.com/metrics" } });
  });
});

test("a setting that can't be read keeps the defaults and says so", () => {
  expect(alertSettings("{").wrong).toBe("it is not JSON");
  expect(alertSettings('{"lag":1}')).toMatchObject({ settings, wrong: expect.stringContaining("lag") });
  expect(alertSettings('{"lag_seconds":60}').settings.lag_seconds).toBe(60);
});
