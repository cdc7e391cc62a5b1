import { expect, test } from "vitest";
import { createBacklog } from "./backlog.ts";
import type { LaneMetrics } from "./shedding.ts";

/** Queues whose metrics a test sets, and a clock that it moves. */
function queues(answer: () => Promise<LaneMetrics>) {
  const asked: string[] = [];
  const logged: string[] = [];
  const clock = { now: 1_000_000 };
  const shedLevel = createBacklog({
    metrics: (lane) => {
      asked.push(lane);
      return answer();
    },
    now: () => clock.now,
    log: (_level, event) => logged.push(event),
  });
  return { shedLevel, asked, logged, clock };
}

test("a queue is asked once in five seconds, each lane for itself", async () => {
  const { shedLevel, asked, clock } = queues(async () => ({ backlogCount: 0 }));
  await Promise.all([shedLevel("signals"), shedLevel("signals"), shedLevel("signals-bulk")]);
  clock.now += 4_999;
  await shedLevel("signals");
  expect(asked).toEqual(["signals", "signals-bulk"]);
  clock.now += 1;
  await shedLevel("signals");
  expect(asked).toHaveLength(3);
});

test("the level is remembered between answers, and each change is logged", async () => {
  let backlogCount = 200_000;
  const { shedLevel, logged, clock } = queues(async () => ({ backlogCount }));
  expect(await shedLevel("signals")).toBe("low");
  backlogCount = 60_000;
  clock.now += 5_000;
  expect(await shedLevel("signals")).toBe("low");
  backlogCount = 10;
  clock.now += 5_000;
  expect(await shedLevel("signals")).toBe("none");
  expect(logged).toEqual(["shedding", "shedding"]);
});

test("while one request asks, the others do not wait for it", async () => {
  const { shedLevel } = queues(() => new Promise(() => {}));
  void shedLevel("signals");
  expect(await shedLevel("signals")).toBe("none");
});

test("a queue that can't be asked sheds nothing", async () => {
  const { shedLevel, logged } = queues(() => Promise.reject(new Error("down")));
  expect(await shedLevel("signals")).toBe("none");
  expect(logged).toEqual(["backlog_unknown"]);
});
