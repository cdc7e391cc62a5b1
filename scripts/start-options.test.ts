// How `npm start` reads what people type.
import { expect, it } from "vitest";
import { parseDuration } from "./duration.ts";
import { parseStartOptions } from "./start-options.ts";

it("has defaults for everything", () => {
  expect(parseStartOptions([])).toEqual({
    kind: "start",
    options: { samples: true, port: 8787, approvalTtlSeconds: null, persistTo: ".wrangler/state", verbose: false },
  });
});

it("takes every option", () => {
  const args = ["--no-samples", "--port", "9000", "--approval-ttl=5m", "--persist-to", "/tmp/x", "--verbose"];
  expect(parseStartOptions(args)).toEqual({
    kind: "start",
    options: { samples: false, port: 9000, approvalTtlSeconds: 300, persistTo: "/tmp/x", verbose: true },
  });
});

it("shows its help when asked, whatever else is said", () => {
  expect(parseStartOptions(["--help", "--port", "x"])).toEqual({ kind: "help" });
});

it.each([
  [["--prot", "1"], "Unknown option '--prot'."],
  [["--port"], "Option '--port <value>' argument missing."],
  [["--port", "99999"], '--port takes a number from 1 to 65535, not "99999".'],
  [["--port", "0"], '--port takes a number from 1 to 65535, not "0".'],
  [["--approval-ttl", "20"], '--approval-ttl takes a time such as 20s, 5m or 4h, up to 720h, not "20".'],
  [["--approval-ttl", "721h"], '--approval-ttl takes a time such as 20s, 5m or 4h, up to 720h, not "721h".'],
  [["now"], "Unexpected argument 'now'."],
])("says in one sentence what is wrong with %j", (args, message) => {
  expect(parseStartOptions(args)).toEqual({ kind: "wrong", message });
});

it.each([
  ["20s", 20],
  ["5m", 300],
  ["4h", 14_400],
  ["0s", null],
  ["1.5h", null],
  ["4 h", null],
  ["h", null],
  ["99999999s", null],
])("reads %s as %s seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});
