import { expect, test } from "vitest";
import { websiteDomain } from "./website.ts";

test.for([
  ["https://www.Acme.com/en", "acme.com"],
  ["acme.co.uk", "acme.co.uk"],
  ["HTTP://acme.com:8080", "acme.com"],
  ["www.acme.com?x=1", "acme.com"],
  ["none yet", null],
  ["localhost", null],
  ["10.0.0.1", null],
  [null, null],
] as const)("the website %s is the domain %s", ([website, domain]) => {
  expect(websiteDomain(website)).toBe(domain);
});
