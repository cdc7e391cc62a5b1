// Which readings are alerts, by the table of their kinds, and what is told of each: the beginning and the end, once.
import { describe, expect, test } from "vitest";
import { type AlertSettings, alertSettings } from "#contract/alert-settings.ts";
import { ALERT_KINDS, type AlertKindName, alertKind } from "#contract/alerts.ts";
import { Envelope } from "#contract/envelope.ts";
import { JOBS } from "#contract/jobs.ts";
import { parsePayload, planDecided } from "#contract/messages.ts";
import { alertPlan } from "#runtime/alert-plan.ts";
import { type AlertRow, changes, isToTell, toldRow } from "./changes.ts";
import { evaluate } from "./evaluate.ts";
import { QUIET, upstream } from "./readings.fixture.ts";
import type { Readings } from "./readings.ts";

const NOW = Date.parse("2026-11-21T12:00:00.000Z");
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const { settings } = alertSettings("");

const evaluated = (fields: Partial<Readings>, changed: Partial<AlertSettings> = {}) =>
  evaluate({ ...QUIET, ...fields }, { ...settings, ...changed }, NOW);
const names = (fields: Partial<Readings>, changed: Partial<AlertSettings> = {}) =>
  evaluated(fields, changed).map(({ alert }) => alert);
const objective = (met: number, missed: number) => ({
  at: "2026-11-21T11:59",
  counters: { 'objective{met="true"}': met, 'objective{met="false"}': missed },
});
const budget = (level: "near" | "exhausted") => {
  return { day: "2026-11-21", limit_micro_usd: 5_000_000, spent_micro_usd: 4_100_000, calls: 9, refused: 0, level };
};
const issue = (fingerprint: string) => ({ fingerprint, stage: "enrich", reason: "x", letters: 3 });
const sentHourlyUntil = (hoursAgo: number) =>
  Array.from({ length: 22 }, (_, hour) => ({
    at: new Date(NOW - (hour + hoursAgo) * 3_600_000).toISOString().slice(0, 13),
    counters: { 'signals_received{source="hubspot"}': 4 },
  }));

/** Raised from what is read; `left_by_hand` is of a step and has its own test. */
type Read = Exclude<AlertKindName, "left_by_hand">;

/** Of each kind what raises it, as which alert, and what is nearly so. */
const CASES: Record<Read, { wrong: Partial<Readings>; alert: string; near?: Partial<Readings> }> = {
  dead_letters: { wrong: { issues: [issue("iss_a")] }, alert: "dead_letters:iss_a" },
  lag: {
    wrong: { queues: [{ queue: "signals", messages: 9, oldest_at: at(-16) }] },
    alert: "lag:signals",
    near: { queues: [{ queue: "signals", messages: 9_000, oldest_at: at(-14) }] },
  },
  burn_rate: { wrong: { minutes: [objective(50, 50)] }, alert: "burn_rate", near: { minutes: [objective(0, 5)] } },
  breaker: {
    wrong: { upstreams: [upstream({ breaker: "open" })] },
    alert: "breaker:slack",
    near: { upstreams: [upstream()] },
  },
  credentials: { wrong: { upstreams: [upstream({ credentials: "refused" })] }, alert: "credentials:slack" },
  budget: { wrong: { budget: budget("near") }, alert: "budget:near" },
  overdue: { wrong: { overdue: 1 }, alert: "overdue", near: { waiting: 90 } },
  conservation: {
    wrong: { conservation: { difference: 1, off_since: at(-11) } },
    alert: "conservation",
    near: { conservation: { difference: 1, off_since: at(-9) } },
  },
  stuck: { wrong: { stuck: ["sig_a", "sig_b"] }, alert: "stuck" },
  quiet: { wrong: { hours: sentHourlyUntil(3) }, alert: "quiet:hubspot", near: { hours: sentHourlyUntil(1) } },
  job: {
    wrong: { jobs: [{ job: "minute", ran_at: at(-7), outcome: "ok" }] },
    alert: "job:minute",
    near: { jobs: [{ job: "minute", ran_at: at(-5), outcome: "ok" }] },
  },
};
const KINDS = Object.entries(CASES).filter(([kind]) => alertKind(kind) !== null);

/** Of each threshold a kind that it decides, and a value with which what was wrong is not. */
type Thresholds = Omit<AlertSettings, "target" | "channel" | "overdue_seconds">;
const THRESHOLDS: { readonly [Name in keyof Thresholds]: [Read, AlertSettings[Name]] } = {
  lag_seconds: ["lag", 2_000],
  objective: ["burn_rate", 0.5],
  burn_rate: ["burn_rate", 60],
  conservation_minutes: ["conservation", 20],
  usual_hours: ["quiet", 24],
  quiet_hours: ["quiet", 4],
  late_job_minutes: ["job", 30],
};

test("nothing is wrong when nothing is", () => expect(names({})).toEqual([]));

test("every kind that is read has its case", () => {
  expect([...KINDS.map(([kind]) => kind), "left_by_hand"].sort()).toEqual(Object.keys(ALERT_KINDS).sort());
});

describe.each(KINDS)("%s", (kind, { wrong, alert, near = {} }) => {
  const row = (changed: Partial<AlertRow> = {}): AlertRow => {
    const [begun] = changes(evaluated(wrong), [], at(-5));
    if (begun === undefined) throw new Error("nothing began");
    return { ...toldRow(begun), ...changed };
  };
  const told = (firing: Partial<Readings>, kept: readonly AlertRow[]) =>
    changes(evaluated(firing), kept, at(0)).filter((each) => isToTell(each, at(0)));

  test("is raised by what is wrong, under its cause, and by nothing that only nearly is", () => {
    expect(names(wrong)).toEqual([alert]);
    expect(names(near)).toEqual([]);
  });
  test("links a page, and its kind says what to do", () => {
    const { link = "", summary = "" } = evaluated(wrong)[0] ?? {};
    expect(link).toMatch(/^\/(metrics#[a-z]+|dead-letters|signals)/);
    expect(summary).toMatch(/\.$|: x$/);
    const { means, todo } = ALERT_KINDS[alertKind(kind) ?? "job"];
    expect([means, todo].every((text) => text.endsWith("."))).toBe(true);
  });
  test("is told once", () => {
    expect(told(wrong, [])).toMatchObject([{ alert, state: "firing_untold", since: at(0) }]);
    expect(changes(evaluated(wrong), [row()], at(0))).toEqual([]);
  });
  test("is told to be over, once", () => {
    expect(told({}, [row()])).toMatchObject([{ alert, state: "recovered_untold", since: at(0) }]);
    expect(changes([], [row({ state: "recovered" })], at(0))).toEqual([]);
  });
  test("is told later when the queue did not take it, under the same time", () => {
    const untold = row({ state: "firing_untold" });
    expect(changes(evaluated(wrong), [untold], at(0))).toEqual([untold]);
  });
  test("is kept quiet while it is muted, and told if it outlasts that", () => {
    const muted = row({ state: "recovered", muted_until: at(60), muted_by: "ola@example.com" });
    expect(told(wrong, [muted])).toEqual([]);
    const [begun = muted] = changes(evaluated(wrong), [muted], at(0));
    expect(changes(evaluated(wrong), [begun], at(30))).toEqual([]);
    expect(changes(evaluated(wrong), [begun], at(61)).filter((each) => isToTell(each, at(61)))).toEqual([begun]);
    expect(changes([], [begun], at(30))).toMatchObject([{ state: "recovered" }]);
    expect(changes([], [row({ muted_until: at(60) })], at(0))).toMatchObject([{ state: "recovered" }]);
  });
});

test.each(Object.entries(THRESHOLDS))("%s is a setting", (name, [kind, value]) => {
  const parsed = alertSettings(JSON.stringify({ [name]: value }));
  expect(parsed.wrong).toBeNull();
  expect(names(CASES[kind].wrong, parsed.settings)).toEqual([]);
});

test("every scheduled job that did not run is an alert, each by its own interval, and so is one that failed", () => {
  for (const [job, { every_minutes }] of Object.entries(JOBS)) {
    const ran = (minutesAgo: number, outcome = "ok") => names({ jobs: [{ job, ran_at: at(-minutesAgo), outcome }] });
    expect(ran(every_minutes)).toEqual([]);
    expect(ran(every_minutes * 1.1 + 6)).toEqual([`job:${job}`]);
    expect(ran(0, "D1_ERROR: no such table")).toEqual([`job:${job}`]);
  }
  expect(names({ queues: null })).toEqual(["job:queues"]);
});

test("a budget that is used up is told on top of one that is nearly so, so that neither seems to be over", () => {
  expect(names({ budget: budget("exhausted") })).toEqual(["budget:near", "budget:exhausted"]);
});

test("more causes of dead letters than ten are told together", () => {
  const issues = Array.from({ length: 14 }, (_, each) => issue(`iss_${each}`));
  expect(names({ issues })).toHaveLength(11);
});

test("an alert is a plan that is the same whenever it is made, and says when it is over", async () => {
  let made = 0;
  const ports = { now: () => NOW + made, newEventId: () => `019a0000-0000-7000-8000-00000000000${++made}` };
  const [alert = { alert: "", summary: "", link: "" }] = evaluated({ overdue: 1 });
  const row: AlertRow = { ...alert, state: "firing", since: at(-5), muted_until: null, muted_by: null };
  const actionOf = async (changed: Partial<AlertRow>) => {
    const { plan } = await alertPlan({ ...row, ...changed }, settings, "https://dealwire.example.com", ports);
    const parsed = parsePayload(planDecided, Envelope.parse(plan));
    return parsed.ok ? parsed.event.payload.actions[0] : parsed.reason;
  };
  expect(await actionOf({})).toEqual(await actionOf({}));
  const url = "https://dealwire.example.com/metrics#approvals";
  expect(await actionOf({})).toMatchObject({ approval: "auto", params: { url } });
  expect(await actionOf({ state: "recovered_untold" })).toMatchObject({ params: { text: `Over: ${row.summary}` } });
});

test("a setting that can't be read keeps the defaults and says so", () => {
  expect(alertSettings("{").wrong).toBe("it is not JSON");
  expect(alertSettings('{"lag":1}')).toMatchObject({ settings, wrong: expect.stringContaining("lag") });
  expect(alertSettings('{"overdue_seconds":60}').settings.overdue_seconds).toBe(60);
});
