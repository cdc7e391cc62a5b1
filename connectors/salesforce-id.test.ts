import { expect, test } from "vitest";
import { salesforceId } from "./salesforce-id.ts";

test.for([
  ["0062000000ZZpew", "0062000000ZZpewAAD"],
  ["0062000000ZZpewAAD", "0062000000ZZpewAAD"],
  ["006200000000001", "006200000000001AAA"],
  ["005B0000005iVeG", "005B0000005iVeGIAU"],
  ["0062000000zzpewAAD", null],
  ["0062000000ZZpewAA", null],
  ["0062000000ZZpe'", null],
  ["", null],
] as const)("%s is the id %s", ([text, id]) => {
  expect(salesforceId(text)).toBe(id);
});
