// What a batch asks for once.
import { expect, test } from "vitest";
import { askerOf } from "./enrich.fixture.ts";
import { createOnce } from "./once.ts";

test("signals at the same time share one call, and each hears whether it made it", async () => {
  let now = 0;
  const once = createOnce("hubspot", () => now);
  const asked: string[] = [];
  const read = once<string>("deal", async (id) => {
    asked.push(id);
    now += 40;
    return { kind: "found", value: id };
  });
  const [first, second] = [askerOf(), askerOf()];
  const answers = await Promise.all([read("a", first), read("a", second), read("b", second)]);
  expect(answers).toMatchObject([{ value: "a" }, { value: "a" }, { value: "b" }]);
  expect(asked).toEqual(["a", "b"]);
  expect(first.told).toMatchObject([{ system: "hubspot", what: "deal", from: "call" }]);
  expect(second.told.map(({ from }) => from).toSorted()).toEqual(["cache", "call"]);
});

test("a signal whose time is over begins no call, and spoils none for the next", async () => {
  const read = createOnce("hubspot", () => 100)<string>("deal", async (id) => ({ kind: "found", value: id }));
  const late = { ...askerOf(), deadlineMs: 100 };
  expect(await read("a", late)).toMatchObject({ kind: "failed", failure: { kind: "no_answer" } });
  expect(await read("a", askerOf())).toMatchObject({ kind: "found" });
  expect(await read("a", late)).toMatchObject({ kind: "found" });
});
