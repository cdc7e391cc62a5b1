// What `npm start` prints, with and without colours.
import { describe, expect, it } from "vitest";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { createPaint } from "./paint.ts";
import { placesToLook, sampleReport, stepLine } from "./report.ts";
import { isAtRest, outcomeOf, type SignalView } from "./signal-view.ts";

const PLAIN = createPaint({}, {});
const SIGNAL = { signal_id: `sig_${"a".repeat(26)}`, event: "deal.amount_changed", fate: "waiting" } as const;

function action(fields: Partial<ActionSnapshot>): ActionSnapshot {
  return {
    action: {
      action_id: `act_${"a".repeat(26)}`,
      rule_id: "idle-near-close",
      reason: "quiet",
      owner: { id: "hubspot:1", name: "Ana", email: "ana@example.com", time_zone: null, manager: null },
      facts: [],
      priority: "standard",
      approval: { ttl_seconds: 14_400, on_timeout: "execute", escalate_before_seconds: 0 },
      still_valid: null,
      hours: null,
      cool_down_seconds: 0,
      idempotency_key: "k",
      content_hash: "0".repeat(64),
      type: "send_alert",
      target: "slack",
      params: { channel: null, text: "x", url: null, to_email: null, thread_key: null },
    },
    state: "pending",
    version: 1,
    subject: "hubspot:1",
    subject_name: null,
    signal_id: SIGNAL.signal_id,
    correlation_id: "0af7651916cd43dd8448eb211c80319c",
    proposed_at: "2026-11-21T08:00:00.000Z",
    due_at: "2026-11-21T12:00:00.000Z",
    released_by: null,
    decided_by: null,
    decided_at: null,
    note: null,
    folded_signals: [],
    effect: null,
    error: null,
    shadow: false,
    held: null,
    undo_until: null,
    undo_note: null,
    escalated_to: null,
    ...fields,
  };
}

const effect = { external_id: "1", url: null, summary: "posted to #deals", at: "2026-11-21T08:00:00.000Z", undo: null };
const view = (fate: SignalView["signal"]["fate"], ...actions: ActionSnapshot[]): SignalView => ({
  signal: { ...SIGNAL, fate },
  trail: [],
  actions,
});

describe("the outcome of a signal", () => {
  it.each([
    [view("no_action"), ["needed nothing"]],
    [view("dead_lettered"), ["dead lettered"]],
    [view("waiting", action({})), ["send alert waits for ana@example.com; runs by itself at 12"]],
    [view("executed", action({ state: "executed", effect })), ["send alert executed: posted to #deals"]],
    [
      view("dead_lettered", action({ state: "failed", error: "no such channel" })),
      ["send alert failed: no such channel"],
    ],
  ])("is told in words", (seen, lines) => {
    expect(outcomeOf(seen, (instant) => instant.slice(11, 13))).toEqual(lines);
  });
});

describe("a signal", () => {
  it.each([
    ["in progress moves", view("in_progress"), false],
    ["with a released action moves", view("waiting", action({ state: "released" })), false],
    ["that waits for a person is at rest", view("waiting", action({})), true],
    ["that needed nothing is at rest", view("no_action"), true],
  ])("%s", (_what, seen, atRest) => {
    expect(isAtRest(seen)).toBe(atRest);
  });
});

describe("the lines", () => {
  it("of a step name the sample, the layer and what happened, cut to a terminal's width", () => {
    const step = {
      event_id: "1",
      at: "2026-11-21T08:00:00.000Z",
      layer: "decide",
      step: "decided",
      summary: "x".repeat(500),
    };
    const line = stepLine("deal won", step, PLAIN);
    expect(line).toMatch(/deal won +decide +x+…$/);
    expect(line.length).toBeLessThan(140);
  });

  it("of the report give each signal its outcome and its page", () => {
    const results = [
      { title: "deal won", signalId: "sig_1", view: view("no_action") },
      { title: "lost", signalId: "sig_2", view: null },
    ];
    const report = sampleReport(results, "http://localhost:1", PLAIN);
    expect(report).toMatch(/deal won +needed nothing\n +http:\/\/localhost:1\/signals\/sig_1\n/);
    expect(report).toMatch(/lost +not seen yet/);
  });

  it("of the places end in their addresses", () => {
    expect(placesToLook("http://localhost:1", PLAIN)).toMatch(/http:\/\/localhost:1\/approvals\n/);
  });
});

describe("colours", () => {
  it.each([
    [{ isTTY: true }, {}, "\u001b[1mx\u001b[0m"],
    [{ isTTY: true }, { NO_COLOR: "1" }, "x"],
    [{ isTTY: true }, { NO_COLOR: "" }, "\u001b[1mx\u001b[0m"],
    [{ isTTY: true }, { TERM: "dumb" }, "x"],
    [{}, {}, "x"],
  ])("on %j with %j", (output, env, painted) => {
    expect(createPaint(output, env).bold("x")).toBe(painted);
  });
});
