import { expect, test } from "vitest";
import type { KeptStep } from "#contract/kept-step.ts";
import { ANA, browser, ORIGIN, SIGNAL_ID } from "#web/sample-site.ts";
import { sampleConsole } from "../sample-console.ts";
import { branchesOf, waitBefore } from "./timeline.tsx";

function step(second: number, fields: Partial<KeptStep> = {}): KeptStep {
  const at = new Date(Date.parse("2026-11-21T12:00:00.000Z") + second * 1_000).toISOString();
  const summary = "It happened.";
  return {
    at,
    event_id: "e",
    layer: "deal",
    step: "done",
    attempt: 1,
    duration_ms: null,
    summary,
    actor: null,
    data: null,
    schema_version: 2,
    fate: null,
    digest: "",
    link: 1,
    ...fields,
  };
}

test("a wait is what lies between two steps without the second one's own duration", () => {
  expect(waitBefore(undefined, step(5))).toBe(0);
  expect(waitBefore(step(0), step(5))).toBe(5_000);
  expect(waitBefore(step(0), step(5, { duration_ms: 4_500 }))).toBe(500);
  expect(waitBefore(step(5), step(0))).toBe(0);
});

test("each replay is a branch of its own", () => {
  const [received, replayed, decided] = ["received", "replayed", "decided"].map((name) => step(0, { step: name }));
  if (!received || !replayed || !decided) throw new Error("no steps");
  const trail = [received, replayed, decided, replayed, decided];
  expect(branchesOf(trail)).toEqual([[received], [replayed, decided], [replayed, decided]]);
  expect(branchesOf([replayed])).toEqual([[], [replayed]]);
});

test("a trail shows steps, waits and who decided, and escapes all of it", async () => {
  const signal = {
    signal_id: SIGNAL_ID,
    correlation_id: "1".repeat(32),
    source: "hubspot",
    signal_type: "crm_event",
    event: "deal.stage_changed",
    subject: "hubspot:<b>1</b>",
    deal_id: null,
    account_id: null,
    urgency: "high",
    fired_at: step(0).at,
    received_at: step(0).at,
    fate: "some_newer_fate",
    fate_at: step(0).at,
  };
  const trail = [
    step(0, { step: "received" }),
    step(2_820, {
      step: "approved",
      summary: "<script>alert(1)</script>",
      actor: { kind: "person", id: ANA, via: "slack" },
      data: { note: "</pre><script>" },
    }),
  ];
  const { site } = sampleConsole({ signals: [signal], trail });
  const response = await site.request(`${ORIGIN}/signals/${SIGNAL_ID}`, { headers: await browser() });
  const page = await response.text();
  expect(page).toContain("Deal stage changed");
  expect(page).toContain("waited 47 min");
  expect(page).toContain(`by ${ANA}, slack`);
  expect(page).toContain("some_newer_fate");
  expect(page).not.toMatch(/<script>|<b>1/);
});
