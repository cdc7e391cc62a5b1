import { expect, test } from "vitest";
import type { Pause, PauseScope } from "#contract/controls.ts";
import { ANA, BEN, DANA, OLA, PEOPLE, snapshot, VERA } from "#web/sample-site.ts";
import { notAllowedToPause, pauseOf } from "./pauses.ts";

const pause = (on: PauseScope): Pause => ({
  on,
  reason: "trouble",
  by: { kind: "person", id: OLA, via: "page" },
  at: "2026-11-21T12:00:00.000Z",
});
const stops = (on: PauseScope) => pauseOf(snapshot(1), { pauses: [pause(on)], autopilot: {} }) !== null;
const may = (email: string, on: PauseScope) => {
  const identity = PEOPLE.find((one) => one.email === email);
  return identity !== undefined && notAllowedToPause(identity, on) === null;
};

test("a pause is foretold on what it will hold back, and on nothing else", () => {
  expect(stops({ scope: "all" })).toBe(true);
  expect([stops({ scope: "rep", email: ANA.toUpperCase() }), stops({ scope: "rep", email: BEN })]).toEqual([
    true,
    false,
  ]);
  expect([stops({ scope: "type", type: "draft_followup" }), stops({ scope: "type", type: "send_alert" })]).toEqual([
    true,
    false,
  ]);
  expect([
    stops({ scope: "deal", subject: snapshot(1).subject }),
    stops({ scope: "deal", subject: "hubspot:2" }),
  ]).toEqual([true, false]);
});

test("everybody but a viewer pauses their own, a manager the team's, an operator everything", () => {
  const rep = (email: string) => ({ scope: "rep", email }) as const;
  expect([may(ANA, rep(ANA)), may(ANA, rep(BEN)), may(VERA, rep(VERA))]).toEqual([true, false, false]);
  expect([may(DANA, rep(ANA)), may(DANA, rep(BEN)), may(DANA, { scope: "all" })]).toEqual([true, false, false]);
  expect([may(OLA, rep(BEN)), may(OLA, { scope: "all" })]).toEqual([true, true]);
});
