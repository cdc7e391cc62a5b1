// One call per key, also for those who ask while it is under way.
import { expect, test } from "vitest";
import { memo } from "./memo.ts";

test("those who ask at the same time share one call, which carries the first one's trace", async () => {
  const loads: string[] = [];
  const read = memo(
    (id: string) => id,
    async (id, trace) => {
      loads.push(`${id} ${trace}`);
      return id.toUpperCase();
    },
  );
  expect(await Promise.all([read("a", "t1"), read("a", "t2"), read("b", "t3")])).toEqual(["A", "A", "B"]);
  expect(loads).toEqual(["a t1", "b t3"]);
});
