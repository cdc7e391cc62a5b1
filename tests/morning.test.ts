// A morning on which 200 actions become due in the same second, against the real limits of every system: the stand-ins
// refuse what comes too fast. Ours are wider by a second here, because a busy machine delivers unevenly what it sends
// evenly; `npm run bench morning` takes them as they ship.
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { ACTIONS_A_DEAL, early, propose, seen, settled } from "./support/morning.ts";
import { Pipeline } from "./support/pipeline.ts";

const DEALS = 40;
/** Where a busy machine makes a stand-in look dead, that is over soon. */
const breaker = { failures: 100_000, open_seconds: 1 };
const UPSTREAM_LIMITS = JSON.stringify({
  hubspot: { breaker, limits: { all: { max: 190, seconds: 11 } } },
  salesforce: { breaker },
  slack: { breaker, limits: { channel: { max: 1, seconds: 2 } } },
  gmail: { breaker },
  msgraph: { breaker },
  resend: { breaker, limits: { all: { max: 2, seconds: 2 } } },
  teams: { breaker, limits: { channel: { max: 4, seconds: 2 } } },
  webhook: { breaker },
});
const pipeline = new Pipeline({ UPSTREAM_LIMITS });
const ActionsLine = z.object({ event: z.string(), queue: z.literal("actions"), attempt: z.int() });
beforeAll(async () => void (await pipeline.start()));
afterAll(() => pipeline.stop());

test("all of it is done, none early, none twice, none too fast, and waiting for a limit counts as no attempt", async () => {
  await propose(pipeline, { deals: DEALS, channels: 6, openInSeconds: 8 });
  const count = DEALS * ACTIONS_A_DEAL;
  const { executed = 0, unknown = 0 } = await settled(pipeline, count, 240_000);
  expect(executed + unknown).toBe(count);
  expect(await early(pipeline)).toBe(0);
  const { effects, doubled, refused } = await seen(pipeline);
  expect({ doubled, refused }).toEqual({ doubled: [], refused: 0 });
  expect(effects).toBeGreaterThanOrEqual(executed);

  const lines = pipeline.logs().flatMap((line) => ActionsLine.safeParse(parseJson(line)).data ?? []);
  const those = (event: string) => lines.filter((line) => line.event === event);
  expect(those("deferred").length).toBeGreaterThan(0);
  // What was tried and got no answer in time uses up an attempt; what waited does not.
  expect(Math.max(...lines.map(({ attempt }) => attempt))).toBeLessThanOrEqual(1 + those("retrying").length);
  expect(await pipeline.query("SELECT reason FROM dead_letters")).toEqual([]);
}, 300_000);

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
