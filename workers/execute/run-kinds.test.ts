// What else a claim can ask for than to perform: to take back, to rehearse, or to refuse what no longer holds.
import { expect, test } from "vitest";
import type { ActionReleased } from "#contract/action-released.ts";
import type { ClaimResult, Report } from "#contract/deal.ts";
import type { Event } from "#contract/envelope.ts";
import { MAX_ATTEMPTS } from "#contract/queues.ts";
import { DRY_RUN_ID } from "#contract/undo.ts";
import type { ActionAdapter } from "./actions/action-adapter.ts";
import type { CompensationOutcome } from "./actions/compensation-outcome.ts";
import { TEST_ACTION, TEST_SETTINGS } from "./actions/test-settings.ts";
import { type ExecuteDeps, execute } from "./execute.ts";

const NOW = Date.parse("2026-11-21T08:10:00.000Z");
const AT = "2026-11-21T08:10:00.000Z";
const EFFECT = { external_id: "task-1", url: null, summary: "created", at: AT, undo: null };
const params = { channel: null, text: "x", url: null, to_email: null, thread_key: null };
const BY_HAND = 'Tell whoever read it in Slack that this no longer holds: "x".';
const TAKE_BACK = { operation: "compensate" } as const;
const ACTION: ActionReleased["action"] = {
  ...TEST_ACTION,
  facts: [],
  type: "send_alert",
  target: "slack",
  params,
};

function given(
  released: Partial<ActionReleased>,
  claimed: Partial<Extract<ClaimResult, { ok: true }>> = {},
  deps: Partial<ExecuteDeps> = {},
  takenBack: CompensationOutcome = { kind: "compensated", summary: "deleted" },
  effect = EFFECT,
  attempt = 1,
) {
  const reports: Report[] = [];
  const sent: string[] = [];
  const adapter: ActionAdapter = {
    type: "send_alert",
    target: "slack",
    async perform(_content, _attempt, ports) {
      try {
        await ports.fetch("https://slack.test/api/conversations.history");
        await ports.fetch("https://slack.test/users/ana@northwind.example/send?token=x", { method: "POST" });
      } catch (error) {
        return { kind: "retry", reason: String(error), afterSeconds: null, effectUnknown: true };
      }
      return { kind: "executed", effect: EFFECT };
    },
    async compensate(_content, { external_id }, _attempt, ports) {
      try {
        await ports.fetch(`https://slack.test/tasks/${external_id}`, { method: "DELETE" });
      } catch (error) {
        return { kind: "retry", reason: String(error), afterSeconds: null, effectUnknown: true };
      }
      return takenBack;
    },
  };
  const payload: ActionReleased = {
    subject: "hubspot:332507367156",
    signal_id: "sig_mfzwizldmvzgk43fn5zgs5dfeq",
    action: ACTION,
    released_by: "timeout",
    released_at: AT,
    operation: "perform",
    validity: null,
    ...released,
  };
  const snapshot = {
    action: ACTION,
    state: "executing",
    version: 1,
    subject: payload.subject,
    subject_name: null,
    signal_id: payload.signal_id,
    correlation_id: "0af7651916cd43dd8448eb211c80319c",
    proposed_at: AT,
    due_at: null,
    released_by: null,
    decided_by: null,
    decided_at: null,
    note: null,
    folded_signals: [],
    effect,
    error: null,
    shadow: false,
    held: null,
    undo_until: null,
    undo_note: null,
    escalated_to: null,
  } as const;
  const claim: ClaimResult = {
    ok: true,
    lease_id: "lease-1",
    lease_until: new Date(NOW + 60_000).toISOString(),
    content: ACTION,
    idempotency_key: "key",
    snapshot: { ...snapshot, folded_signals: [] },
    maybe_done: false,
    operation: "perform",
    ...claimed,
  };
  const event: Event<ActionReleased> = {
    event_id: "019aa000-0000-7000-8000-000000000004",
    topic: "action.released",
    schema_version: 2,
    priority: "high",
    correlation_id: snapshot.correlation_id,
    causation_id: null,
    attempt,
    published_at: AT,
    payload,
  };
  const fetchFake: typeof fetch = async (input) => {
    sent.push(String(input));
    return new Response("{}");
  };
  const all: ExecuteDeps = {
    deal: () => ({
      claim: async () => claim,
      keep: async () => ({ ok: true }),
      report: async (_id, _lease, report) => {
        reports.push(report);
        return { ok: true };
      },
    }),
    adapters: [adapter],
    ports: { fetch: fetchFake, now: () => NOW, settings: TEST_SETTINGS, accessTokens: new Map() },
    suppression: async () => null,
    dryRun: "",
    ...deps,
  };
  return { reports, sent, run: () => execute(event, all) };
}

test("an unattended run whose reason no longer holds is not run, and the deal is told why", async () => {
  const validity = { holds: false, reason: "the customer wrote back", checked_at: AT };
  const { run, reports, sent } = given({ validity });
  expect(await run()).toMatchObject({ kind: "done" });
  expect(reports).toEqual([{ kind: "invalidated", reason: "the customer wrote back" }]);
  expect(sent).toEqual([]);
});

test("one that could not be checked goes back to a person", async () => {
  const { run, reports, sent } = given({ validity: { holds: null, reason: "no context", checked_at: AT } });
  await run();
  expect(reports).toEqual([{ kind: "unverified", reason: "no context" }]);
  expect(sent).toEqual([]);
});

test("an earlier attempt that may have happened is looked into, whatever the check says now", async () => {
  const validity = { holds: false, reason: "moved on", checked_at: AT };
  const { run, reports } = given({ validity }, { maybe_done: true });
  await run();
  expect(reports).toMatchObject([{ kind: "executed" }]);
});

test("what is to be taken back is, and what is left to do by hand is said exactly", async () => {
  const done = given(TAKE_BACK, TAKE_BACK);
  expect(await done.run()).toMatchObject({ kind: "done" });
  expect(done.reports).toEqual([{ kind: "compensated", summary: "deleted" }]);

  const failed: CompensationOutcome = { kind: "compensation_failed", reason: "changed since", remains: "Look at it." };
  const left = given(TAKE_BACK, TAKE_BACK, {}, failed);
  await left.run();
  expect(left.reports).toEqual([failed]);
});

test("a compensation that meets a limit is tried again and stays claimed by nobody", async () => {
  const limited: CompensationOutcome = { kind: "retry", reason: "429", afterSeconds: 7, effectUnknown: false };
  const { run, reports } = given(TAKE_BACK, TAKE_BACK, {}, limited);
  expect(await run()).toMatchObject({ kind: "retry", afterSeconds: 7 });
  expect(reports).toEqual([{ kind: "released", reason: "429" }]);
});

test.each([true, false])(
  "a compensation of unknown end (%s) is made again, and given to a person in the end",
  async (effectUnknown) => {
    const lost: CompensationOutcome = { kind: "retry", reason: "timed out.", afterSeconds: null, effectUnknown };
    const first = given(TAKE_BACK, { ...TAKE_BACK, maybe_done: true }, {}, lost);
    expect(await first.run()).toMatchObject({ kind: "retry" });
    expect(first.reports).toEqual([{ kind: "released", reason: "timed out." }]);
    const last = given(TAKE_BACK, { ...TAKE_BACK, maybe_done: true }, {}, lost, EFFECT, MAX_ATTEMPTS);
    expect(await last.run()).toMatchObject({ kind: "done" });
    expect(last.reports).toEqual([{ kind: "compensation_failed", reason: "timed out.", remains: BY_HAND }]);
  },
);

test("a compensation that an open breaker keeps waiting uses up no attempt", async () => {
  const held = { kind: "retry", reason: "open", afterSeconds: 60, effectUnknown: false, deferred: true } as const;
  const { run, reports } = given(TAKE_BACK, TAKE_BACK, {}, held, EFFECT, MAX_ATTEMPTS);
  expect(await run()).toMatchObject({ kind: "defer", afterSeconds: 60 });
  expect(reports).toEqual([{ kind: "released", reason: "open" }]);
});

test.each(["true", "create_task, send_alert"])(
  "a dry run (%s) reads, sends nothing, and names what it held back",
  async (dryRun) => {
    const { run, reports, sent } = given({}, {}, { dryRun });
    await run();
    expect(sent).toEqual(["https://slack.test/api/conversations.history"]);
    expect(reports).toMatchObject([{ kind: "executed", effect: { external_id: "dry-run" } }]);
    expect(JSON.stringify(reports)).toContain("nothing was sent");
  },
);

test("a dry run names no address", async () => {
  const { run, reports } = given({}, {}, { dryRun: "true" });
  await run();
  expect(JSON.stringify(reports)).toContain("POST slack.test/users/…/send");
});

test("in a dry run what may have happened before is looked into and not repeated", async () => {
  const { run, reports, sent } = given({}, { maybe_done: true }, { dryRun: "true" });
  await run();
  expect(sent).toEqual(["https://slack.test/api/conversations.history"]);
  expect(reports).toMatchObject([{ kind: "unknown", reason: expect.stringContaining("not repeated") }]);
});

test("what was only rehearsed is taken back without a call", async () => {
  const rehearsed = { ...EFFECT, external_id: DRY_RUN_ID };
  const { run, reports, sent } = given(TAKE_BACK, TAKE_BACK, {}, undefined, rehearsed);
  await run();
  expect(reports).toMatchObject([{ kind: "compensated" }]);
  expect(sent).toEqual([]);
});

test("a dry run takes nothing back, and says what is left", async () => {
  const { run, reports, sent } = given(TAKE_BACK, TAKE_BACK, { dryRun: "true" });
  await run();
  expect(sent).toEqual([]);
  expect(reports).toEqual([
    {
      kind: "compensation_failed",
      reason: "This is a dry run: nothing was sent; it would have been DELETE slack.test/tasks/task-1.",
      remains: BY_HAND,
    },
  ]);
});

test("a dry run of another type runs this one", async () => {
  const { run, sent } = given({}, {}, { dryRun: "draft_followup" });
  await run();
  expect(sent).toHaveLength(2);
});

test("the trail shows the calls in short, without addresses and queries", async () => {
  const { run } = given({});
  const { emits } = await run();
  expect(emits).toMatchObject([
    { payload: { step: "performed", data: { calls: [{ method: "GET" }, { status: 200 }] } } },
  ]);
  expect(JSON.stringify(emits)).not.toMatch(/northwind|token/);
});

test("a suppressed recipient ends the action before anything is sent", async () => {
  const suppression = async () => ({ kind: "suppressed", reason: "a recipient opted out in the CRM" }) as const;
  const { run, reports, sent } = given({}, {}, { suppression });
  await run();
  expect(reports).toEqual([{ kind: "invalidated", reason: "a recipient opted out in the CRM" }]);
  expect(sent).toEqual([]);
});

test("a recipient who is suppressed while an earlier mail is in doubt is not mailed by looking into it", async () => {
  const suppression = async () => ({ kind: "suppressed", reason: "a recipient opted out in the CRM" }) as const;
  const { run, reports, sent } = given({}, { maybe_done: true }, { suppression });
  await run();
  expect(sent).toEqual(["https://slack.test/api/conversations.history"]);
  expect(reports).toMatchObject([{ kind: "unknown", reason: expect.stringContaining("opted out") }]);
});
