// A trail that would not fit into its row loses its largest data to R2, and nothing else.
import { expect, test } from "vitest";
import type { KeptStep } from "#contract/kept-step.ts";
import { fitted } from "./aside.ts";
import { eventId, signalId, step } from "./steps.fixture.ts";
import { toldSteps } from "./told-steps.ts";

function kept(n: number, bytes: number): KeptStep {
  const [told] = toldSteps([step({ data: { text: "x".repeat(bytes) } })]);
  if (told === undefined) throw new Error("no step");
  return { ...told.step, event_id: eventId(n), digest: "d".repeat(64), link: 1 };
}

async function moved(trail: readonly KeptStep[]) {
  const put = new Map<string, string>();
  const left = await fitted(signalId(1), trail, async (key, text) => put.set(key, text));
  return { put, left, bytes: JSON.stringify(left).length };
}

test("a step of 90 KB stays in the row", async () => {
  const trail = [kept(1, 90_000), kept(2, 100)];
  expect(await moved(trail)).toMatchObject({ put: new Map(), left: trail });
});

test("of thirty such steps as many are moved as the row needs, and can be put back in whole", async () => {
  const trail = [kept(0, 100), ...Array.from({ length: 30 }, (_, n) => kept(n + 1, 90_000))];
  const { put, left, bytes } = await moved(trail);
  expect(bytes).toBeLessThan(260_000);
  expect(left[0]).toEqual(trail[0]);
  const back = left.map(({ aside, ...each }) =>
    aside === undefined ? each : { ...each, data: JSON.parse(put.get(aside) ?? "") },
  );
  expect(back).toEqual(trail);
});

test("many small steps are left alone: no object would make them fit", async () => {
  const trail = Array.from({ length: 700 }, (_, n) => kept(n, 500));
  expect((await moved(trail)).put.size).toBe(0);
});
