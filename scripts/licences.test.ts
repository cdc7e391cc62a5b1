import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { isAllowed, refusedLicences } from "./licences.ts";

const lockfile = (packages: Record<string, object>) => JSON.stringify({ packages: { "": {}, ...packages } });

it("what is locked may be shipped", () => {
  const { checked, refused } = refusedLicences(readFileSync("package-lock.json", "utf8"));
  expect(refused).toEqual([]);
  expect(checked).toBeGreaterThan(20);
});

it("of several licences one that is allowed is enough, and of those that hold together all are needed", () => {
  expect(isAllowed("(AFL-2.1 OR BSD-3-Clause)")).toBe(true);
  expect(isAllowed("MIT AND GPL-3.0-only")).toBe(false);
  expect(isAllowed("GPL-3.0-only")).toBe(false);
  expect(isAllowed("SEE LICENSE IN licence.txt")).toBe(false);
});

it("a package of another licence, or of none, is named; one for development alone is not asked", () => {
  const { refused } = refusedLicences(
    lockfile({
      "node_modules/a": { version: "1.0.0", license: "AGPL-3.0-only" },
      "node_modules/b/node_modules/@c/d": { version: "2.0.0" },
      "node_modules/e": { version: "3.0.0", license: "GPL-2.0-only", dev: true },
      "node_modules/f": { version: "4.0.0", license: "MIT" },
    }),
  );
  expect(refused).toEqual(["a 1.0.0: AGPL-3.0-only", "@c/d 2.0.0: none"]);
});
