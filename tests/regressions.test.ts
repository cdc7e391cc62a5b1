// What `npm run bench -- --check` calls worse.
import { expect, test } from "vitest";
import { compare } from "../bench/check.ts";

const figures = (chunks: number, gzip: number) => ({
  scenarios: { "a signal": { "queue audit chunks": chunks } },
  sizes: { ingest: { min: 300_000, gzip } },
});

test("a figure that stays within chance is neither worse nor better", () => {
  expect(compare(figures(100, 90_000), figures(104, 92_000))).toEqual({ worse: [], better: [] });
});

test("more operations and a larger bundle are named with what they were", () => {
  expect(compare(figures(10, 90_000), figures(14, 95_000)).worse).toEqual([
    "a signal, queue audit chunks: 10 → 14",
    "ingest gzip, bytes: 90000 → 95000",
  ]);
});

test("fewer operations are told as better, so that somebody keeps them", () => {
  expect(compare(figures(10, 90_000), figures(5, 90_000)).better).toEqual(["a signal, queue audit chunks: 10 → 5"]);
});

test("an operation that was not there before counts from nothing", () => {
  const none = { ...figures(10, 90_000), scenarios: { "a signal": {} } };
  expect(compare(none, figures(10, 90_000)).worse).toEqual(["a signal, queue audit chunks: 0 → 10"]);
});
