// Ids with and without their checksum.
import { expect, it } from "vitest";
import { id18, nthId } from "./record-id.ts";

it("takes 15 and 18 characters for the same id, and no other checksum", () => {
  expect(id18("0062000000ZZpew")).toBe("0062000000ZZpewAAD");
  expect(id18("0062000000ZZpewAAD")).toBe("0062000000ZZpewAAD");
  expect(id18("0062000000ZZpewAAB")).toBeNull();
  expect(id18("006")).toBeNull();
});

it("makes ids that are ids, all different", () => {
  const ids = Array.from({ length: 500 }, (_, n) => nthId("00T", n));
  expect(ids.every((id) => id18(id) === id && id18(id.slice(0, 15)) === id)).toBe(true);
  expect(new Set(ids).size).toBe(500);
});
