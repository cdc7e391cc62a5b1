// How `npm run signal` reads what people type.
import { expect, it } from "vitest";
import { parseSignalOptions } from "./signal-options.ts";

it("sends to this machine, once, unless told otherwise", () => {
  expect(parseSignalOptions(["hubspot", "deal-idle"])).toEqual({
    kind: "send",
    options: {
      source: "hubspot",
      sample: "deal-idle",
      baseUrl: "http://localhost:8787",
      secret: null,
      assignments: [],
      times: 1,
    },
  });
});

it("takes every option", () => {
  const options = [
    "--url",
    "https://x.example/",
    "--secret",
    "s",
    "--set",
    "objectId=1",
    "--set",
    "a.b=c",
    "--times",
    "3",
  ];
  expect(parseSignalOptions(["standard", "competitor-mentioned", ...options])).toMatchObject({
    options: {
      source: "standard",
      baseUrl: "https://x.example",
      secret: "s",
      assignments: [
        { path: ["objectId"], value: "1" },
        { path: ["a", "b"], value: "c" },
      ],
      times: 3,
    },
  });
});

it("shows its help and its samples when asked", () => {
  expect(parseSignalOptions(["--help"])).toEqual({ kind: "help" });
  expect(parseSignalOptions(["--list"])).toEqual({ kind: "list" });
});

it.each([
  [[], /^Name a source and a sample:\n {2}hubspot contact-changed\n/],
  [["hubspot"], /^Name a source and a sample:/],
  [["zoom", "call"], /^There are no samples of "zoom", only of hubspot, salesforce, .*cloudevents\.$/],
  [["hubspot", "deal"], /^hubspot has no sample "deal", only .*deal-idle/],
  [["hubspot", "../standard/competitor-mentioned"], /^hubspot has no sample/],
  [["hubspot", "deal-idle", "--url", "localhost"], /^--url takes an http or https URL, not "localhost"\.$/],
  [
    ["hubspot", "deal-idle", "--url", "https://x.example"],
    /^x\.example has a secret of its own: give it with --secret\.$/,
  ],
  [["hubspot", "deal-idle", "--set", "x"], /^--set takes key=value, not "x"\.$/],
  [["hubspot", "deal-idle", "--times", "0"], /^--times takes a number from 1 to 10000, not "0"\.$/],
  [["hubspot", "deal-idle", "--time"], /^Unknown option '--time'\.$/],
])("says what is wrong with %j", (args, message) => {
  expect(parseSignalOptions(args)).toEqual({ kind: "wrong", message: expect.stringMatching(message) });
});
