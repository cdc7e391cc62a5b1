import { expect, test } from "vitest";
import { crossSiteRefusal } from "./same-origin.ts";

const url = new URL("https://desk.northwind.example/approvals/x/approve");
const refusal = (headers: Record<string, string>, method = "POST") =>
  crossSiteRefusal({ method, url, headers: new Headers(headers) });

test.each([
  ["our own page", { "sec-fetch-site": "same-origin", cookie: "a=b" }],
  ["our own page in an older browser", { origin: "https://desk.northwind.example", cookie: "a=b" }],
  ["a person's own doing", { "sec-fetch-site": "none", cookie: "a=b" }],
  ["no browser, no session", {}],
])("%s may change something", (_name, headers) => {
  expect(refusal(headers)).toBeNull();
});

test.each([
  ["another site", { "sec-fetch-site": "cross-site", origin: "https://desk.northwind.example" }],
  ["a sister site", { "sec-fetch-site": "same-site", cookie: "a=b" }],
  ["another site in an older browser", { origin: "https://evil.example" }],
  ["the same host over http", { origin: "http://desk.northwind.example" }],
  ["a sandboxed frame", { origin: "null", cookie: "a=b" }],
  ["a session that names no origin", { cookie: "a=b" }],
])("%s may not", (_name, headers) => {
  expect(refusal(headers)).not.toBeNull();
});

test("reading is free to all, because it changes nothing", () => {
  expect(refusal({ "sec-fetch-site": "cross-site" }, "GET")).toBeNull();
  expect(refusal({ "sec-fetch-site": "cross-site" }, "HEAD")).toBeNull();
  expect(refusal({ "sec-fetch-site": "cross-site" }, "DELETE")).not.toBeNull();
});
