// DRY_RUN over the real Workers, in every system: everything up to the request that would make the effect is real, that
// request is named, and no stand-in ever gets it.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { UNLIMITED } from "../bench/count/counted-pipeline.ts";
import { EFFECT_CASES, effectsOf, nameOf, putSubjects } from "./support/effect-cases.ts";
import { Pipeline } from "./support/pipeline.ts";
import { putPlan } from "./support/plans.ts";

const REHEARSED = EFFECT_CASES.filter(({ content }) => content(0).type !== "create_task");
const REAL = EFFECT_CASES.filter((each) => !REHEARSED.includes(each));
const DRY_RUN = [...new Set(REHEARSED.map(({ content }) => content(0).type))].join(", ");

const pipeline = new Pipeline({ ...UNLIMITED, DRY_RUN });
beforeAll(async () => {
  await pipeline.start();
  await putSubjects(pipeline, 0);
});
afterAll(() => pipeline.stop());

test("what is rehearsed names the request that it would have sent, and the other types are done", async () => {
  for (const [n, { content }] of EFFECT_CASES.entries()) await putPlan(pipeline, `93${n}`, [content(0)]);
  const executed = await pipeline.until(
    "every action executed",
    async () => {
      const path = "/api/approvals?state=executed&limit=100";
      const { approvals } = await pipeline.json<{ approvals: ActionSnapshot[] }>(path);
      return approvals.length === EFFECT_CASES.length && approvals;
    },
    60_000,
  );
  expect(await effectsOf(pipeline)).toEqual({
    ...Object.fromEntries(REHEARSED.map((each) => [nameOf(each), 0])),
    ...Object.fromEntries(REAL.map((each) => [nameOf(each), 1])),
  });
  for (const { content, effect } of REHEARSED) {
    const { type, target } = content(0);
    const found = executed.find(({ action }) => action.type === type && action.target === target);
    const summary = found?.effect?.summary ?? "";
    expect(summary).toContain("dry run: nothing was sent; it would have been ");
    // A mail would first have been made as a draft.
    if (type !== "draft_followup") expect(summary.replace(/^.* been /, "")).toMatch(effect);
    expect(found?.effect?.external_id).toBe("dry-run");
  }
}, 120_000);
