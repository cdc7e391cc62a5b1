import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { admit, type Breaker, closedBreaker, observe } from "./upstream-breaker.ts";

const POLICY = { failuresInARow: 10, openMs: 300_000 };
const failing = (failed: number, answered = 0) => ({ answered, failed, probe: null });

function opened(): Breaker {
  return observe(closedBreaker(0), failing(10), 0, POLICY);
}

describe("a closed breaker", () => {
  test("opens for its time after failures in a row, wherever they were seen", () => {
    let breaker = closedBreaker(0);
    for (let index = 0; index < 9; index += 1) breaker = observe(breaker, failing(1), index, POLICY);
    expect(admit(breaker, 9).admission).toEqual({ kind: "call" });
    breaker = observe(breaker, failing(1), 9, POLICY);
    expect(admit(breaker, 10).admission).toEqual({ kind: "wait", ms: 299_999 });
  });

  test("stays closed while one call of three fails, for as long as that goes on", () => {
    let breaker = closedBreaker(0);
    for (let call = 0; call < 10_000; call += 1) {
      breaker = observe(breaker, call % 3 === 0 ? failing(1) : failing(0, 1), call * 20, POLICY);
    }
    expect(breaker.kind).toBe("closed");
  });

  test("opens when most calls of a minute fail, even with answers in between", () => {
    let breaker = closedBreaker(0);
    for (let call = 0; call < 30 && breaker.kind === "closed"; call += 1) {
      breaker = observe(breaker, call % 3 === 0 ? failing(0, 1) : failing(1), call, POLICY);
    }
    expect(breaker.kind).toBe("open");
  });

  test("opens after three in a row where calls are few, and not when something was answered in between", () => {
    let breaker = observe(closedBreaker(0), failing(1), 1_000, POLICY);
    breaker = observe(breaker, failing(1), 5_000, POLICY);
    expect(observe(breaker, failing(1), 6_000, POLICY).kind).toBe("open");
    const answered = observe(breaker, failing(0, 1), 5_500, POLICY);
    expect(observe(answered, failing(1), 6_000, POLICY)).toMatchObject({ kind: "closed", failingSince: 6_000 });
  });

  test("forgets the minute before", () => {
    const before = observe(closedBreaker(0), failing(9, 9), 0, POLICY);
    const after = observe(before, failing(3, 1), 60_000, POLICY);
    expect(after).toMatchObject({ kind: "closed", minute: { calls: 4, failures: 3 } });
  });
});

describe("an open breaker", () => {
  test("lets one call probe when its time is over, and the others wait a moment", () => {
    const first = admit(opened(), 300_000);
    expect(first.admission).toEqual({ kind: "probe" });
    expect(admit(first.breaker, 300_001).admission).toEqual({ kind: "wait", ms: 2_000 });
  });

  test("closes when the probe was answered and opens again when it was not, since the outage began", () => {
    const { breaker } = admit(opened(), 300_000);
    expect(observe(breaker, { answered: 1, failed: 0, probe: "answered" }, 300_100, POLICY).kind).toBe("closed");
    const again = observe(breaker, { answered: 0, failed: 1, probe: "failed" }, 300_100, POLICY);
    expect(again).toEqual({ kind: "open", since: 0, probeAt: 600_100 });
  });

  test("is not moved by results of calls that went out before it opened", () => {
    expect(observe(opened(), failing(5, 5), 100, POLICY)).toEqual(opened());
    const { breaker } = admit(opened(), 300_000);
    expect(observe(breaker, failing(0, 3), 300_100, POLICY)).toEqual(breaker);
  });

  test("sends another probe when nobody reported on the first", () => {
    const { breaker } = admit(opened(), 300_000);
    expect(admit(breaker, 330_000).admission).toEqual({ kind: "probe" });
  });
});

test("during an outage at most one call goes out in each open time, whoever asks how often", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 200 }), (pauses) => {
      let breaker = opened();
      let now = 0;
      const probes: number[] = [];
      for (const pause of pauses) {
        now += pause;
        const asked = admit(breaker, now);
        breaker = asked.breaker;
        if (asked.admission.kind === "wait") continue;
        probes.push(now);
        breaker = observe(breaker, { answered: 0, failed: 1, probe: "failed" }, now, POLICY);
      }
      for (const [index, at] of probes.entries()) {
        expect(at - (probes[index - 1] ?? 0)).toBeGreaterThanOrEqual(POLICY.openMs);
      }
    }),
  );
});
