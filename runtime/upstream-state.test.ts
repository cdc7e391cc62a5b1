import { describe, expect, test } from "vitest";
import { readPolicy, type UpstreamPolicy } from "./upstream-limits.ts";
import { NOTHING_SEEN } from "./upstream-response.ts";
import { exchange, limitOf, newUpstream, type UpstreamState } from "./upstream-state.ts";

const HUBSPOT = readPolicy("hubspot", "").policy;
const SLACK = readPolicy("slack", "").policy;

function ask(state: UpstreamState, keys: string[], now: number, policy: UpstreamPolicy, seen = {}) {
  return exchange(state, { keys, seen: { ...NOTHING_SEEN, ...seen } }, now, policy);
}

describe("an exchange", () => {
  test("grants a lease under every key that was asked for", () => {
    const { answer } = ask(newUpstream(0), ["all", "search"], 0, HUBSPOT);
    expect(answer).toEqual({
      ok: true,
      probe: false,
      permits: { all: { count: 10, valid_ms: 2_000 }, search: { count: 1, valid_ms: 200 } },
    });
  });

  test("grants nothing when one key has nothing left, and the other keys lose nothing", () => {
    const first = ask(newUpstream(0), ["all", "post", "channel:C1"], 0, SLACK);
    const second = ask(first.state, ["all", "post", "channel:C1"], 10, SLACK);
    expect(second.answer).toMatchObject({ ok: false, why: "limit" });
    expect(second.state.windows.get("post")).toEqual(first.state.windows.get("post"));
    expect(ask(second.state, ["all", "post", "channel:C2"], 20, SLACK).answer).toMatchObject({ ok: true });
  });

  test("obeys a pause of a key, also a longer one than the limit asks for", () => {
    const paused = ask(newUpstream(0), [], 0, SLACK, { answered: 1, pause: { key: "channel:C1", ms: 30_000 } });
    expect(ask(paused.state, ["all", "channel:C1"], 1_000, SLACK).answer).toEqual({
      ok: false,
      why: "limit",
      wait_ms: 29_000,
    });
    expect(ask(paused.state, ["all", "channel:C2"], 1_000, SLACK).answer).toMatchObject({ ok: true });
    expect(ask(paused.state, ["all", "channel:C1"], 30_000, SLACK).answer).toMatchObject({ ok: true });
  });

  test("those who are refused under one key get turns one after the other", () => {
    let { state } = ask(newUpstream(0), ["channel:C1"], 0, SLACK);
    const waits = Array.from({ length: 4 }, () => {
      const refused = ask(state, ["channel:C1"], 0, SLACK);
      state = refused.state;
      return refused.answer.ok ? null : refused.answer.wait_ms;
    });
    expect(waits).toEqual([1_200, 2_400, 3_600, 4_800]);
    for (const wait of waits) {
      const back = ask(state, ["channel:C1"], wait ?? 0, SLACK);
      state = back.state;
      expect(back.answer.ok).toBe(true);
    }
  });

  test("after a failure permits come one by one", () => {
    const { state } = ask(newUpstream(0), [], 0, HUBSPOT, { failed: 1 });
    expect(ask(state, ["all"], 1, HUBSPOT).answer).toMatchObject({ permits: { all: { count: 1 } } });
  });

  test("an open breaker refuses every key and then gives a single probe", () => {
    const { state } = ask(newUpstream(0), [], 0, HUBSPOT, { failed: 10 });
    expect(ask(state, ["all"], 1_000, HUBSPOT).answer).toEqual({ ok: false, why: "breaker", wait_ms: 299_000 });
    const probe = ask(state, ["all"], 300_000, HUBSPOT);
    expect(probe.answer).toMatchObject({ ok: true, probe: true, permits: { all: { count: 1 } } });
    expect(ask(probe.state, ["all"], 300_001, HUBSPOT).answer).toMatchObject({ ok: false, why: "breaker" });
  });

  test("a limit that holds back the probe does not spend it", () => {
    const { state } = ask(newUpstream(0), [], 0, HUBSPOT, { failed: 10, pause: { key: "all", ms: 301_000 } });
    const held = ask(state, ["all"], 300_500, HUBSPOT);
    expect(held.answer).toMatchObject({ ok: false, why: "limit" });
    expect(ask(held.state, ["all"], 301_000, HUBSPOT).answer).toMatchObject({ ok: true, probe: true });
  });

  test("what the system says of its limit comes before the table, and what was set by hand before both", () => {
    const seen = { answered: 1, limit: { max: 100, window_ms: 10_000 } };
    const { state } = ask(newUpstream(0), [], 0, HUBSPOT, seen);
    expect(limitOf("all", state, HUBSPOT)).toEqual({ max: 100, windowMs: 10_000 });
    const { policy } = readPolicy("hubspot", '{"hubspot":{"limits":{"all":{"max":50,"seconds":10}}}}');
    expect(limitOf("all", state, policy)).toEqual({ max: 50, windowMs: 10_000 });
  });

  test("refused credentials are known since when, until they are accepted again", () => {
    const refused = ask(newUpstream(0), [], 5, HUBSPOT, { answered: 1, credentials: "refused" });
    const still = ask(refused.state, [], 9, HUBSPOT, { answered: 1, credentials: "refused" });
    expect(still.state.credentials).toEqual({ state: "refused", since: 5 });
    expect(still.state.breaker.kind).toBe("closed");
    const mended = ask(still.state, [], 12, HUBSPOT, { answered: 1, credentials: "accepted" });
    expect(mended.state.credentials).toEqual({ state: "accepted", since: 12 });
  });
});

describe("UPSTREAM_LIMITS", () => {
  test("changes what it names and leaves the rest", () => {
    const text = '{"hubspot":{"breaker":{"open_seconds":2},"limits":{"search":{"max":2,"seconds":1}}}}';
    const { policy, problem } = readPolicy("hubspot", text);
    expect(problem).toBeNull();
    expect(policy.breaker).toEqual({ failuresInARow: 10, openMs: 2_000 });
    expect(policy.limits.search).toEqual({ max: 2, windowMs: 1_000 });
    expect(policy.limits.all).toEqual(HUBSPOT.limits.all);
    expect(readPolicy("slack", text).policy).toEqual(SLACK);
  });

  test.each(["{", "[]", '{"hubspot":{"limits":{"all":{"max":0,"seconds":1}}}}', '{"hubspot":{"speed":1}}'])(
    "%s is told about and changes nothing",
    (text) => {
      const { policy, problem } = readPolicy("hubspot", text);
      expect(policy).toEqual(HUBSPOT);
      expect(problem).toContain("UPSTREAM_LIMITS");
    },
  );
});
