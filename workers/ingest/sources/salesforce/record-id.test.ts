import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { recordIdOf, roleOf } from "./record-id.ts";

test.for([
  ["a captured opportunity", "0062000000ZZpew", "0062000000ZZpewAAD"],
  ["a captured organization", "00Dd0000000dtDq", "00Dd0000000dtDqEAI"],
  ["a captured custom object", "a00B000000AVWaZ", "a00B000000AVWaZIAX"],
  ["one without capitals", "001000000000000", "001000000000000AAA"],
  ["one with nothing but capitals", "ABCDEFGHIJKLMNO", "ABCDEFGHIJKLMNO555"],
] as const)("%s has one reference in both forms", ([, short, long]) => {
  expect([recordIdOf(short), recordIdOf(long)]).toEqual([long, long]);
});

test("every 18-character id of the captured payloads fits its suffix", () => {
  const folder = `${import.meta.dirname}/../../../../tests/payloads/salesforce`;
  const texts = ["cdc.undelete.json", "cdc.delete.json", "outbound-message.opportunity.json"].map((name) =>
    readFileSync(`${folder}/${name}`, "utf8"),
  );
  const ids = texts.join(" ").match(/\b(?:00[0-9A-Z]|04[kl]|a00)[0-9A-Za-z]{15}\b/g) ?? [];
  expect(ids.length).toBeGreaterThan(8);
  for (const id of ids) expect(recordIdOf(id)).toBe(id);
});

test.for([
  "",
  "001",
  "0062000000ZZpewAAE",
  "0062000000zzpewAAD",
  "0062000000ZZpewaad",
  "0062000000ZZpe",
  "006 000000ZZpew",
])("%o is no id", (text) => {
  expect(recordIdOf(text)).toBeNull();
});

test("the 18 of any 15 stands for itself, and a changed case is noticed", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9A-Za-z]{15}$/), fc.nat(14), (short, at) => {
      const id = recordIdOf(short) ?? "";
      expect(recordIdOf(id)).toBe(id);
      const letter = id.charAt(at);
      const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
      if (other !== letter) expect(recordIdOf(id.slice(0, at) + other + id.slice(at + 1))).toBeNull();
    }),
  );
});

test("the key prefix tells deals, contacts and accounts, and leads are contacts", () => {
  expect(["006", "003", "00Q", "001", "00T"].map((prefix) => roleOf(`${prefix}B000000AVWaZIAX`))).toEqual([
    "deal",
    "contact",
    "contact",
    "account",
    null,
  ]);
});
