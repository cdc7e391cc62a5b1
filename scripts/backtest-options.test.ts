// What the command line of a backtest understands.
import { expect, test } from "vitest";
import { parseBacktestOptions } from "./backtest-options.ts";

test("without options it tries the rules in force on the last thirty days, locally", () => {
  expect(parseBacktestOptions([])).toEqual({
    kind: "run",
    options: { candidate: null, days: 30, baseUrl: "http://localhost:8787", headers: {}, json: false },
  });
});

test("a deployment is asked with the headers it wants", () => {
  const args = [
    "--candidate",
    "my.yaml",
    "--days",
    "7",
    "--url",
    "https://desk.acme.test/",
    "--header",
    "Cookie: a=b: c",
  ];
  expect(parseBacktestOptions(args)).toMatchObject({
    options: { candidate: "my.yaml", days: 7, baseUrl: "https://desk.acme.test", headers: { Cookie: "a=b: c" } },
  });
});

test.each([
  [["--days", "0"], /1 to 90/],
  [["--days", "soon"], /1 to 90/],
  [["--url", "desk"], /http or https/],
  [["--header", "nope"], /name: value/],
  [["--candidat", "x"], /candidat/],
])("%j is answered with what is understood", (args, message) => {
  expect(parseBacktestOptions(args)).toEqual({ kind: "wrong", message: expect.stringMatching(message) });
});
