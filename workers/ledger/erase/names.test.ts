// Who is meant by a name, and who is not.
import { expect, test } from "vitest";
import { isNamed, namesOf, otherNames } from "./names.ts";

const KIM = namesOf({ references: ["hubspot:42"], emails: ["Kim@Acme.test"] });

test.each([
  ["write to kim@acme.test.", true],
  ['{"id":"HUBSPOT:42"}', true],
  ['{"text":"Hi\\nkim@acme.test"}', true],
  ["hubspot:421", false],
  ["akim@acme.test", false],
  ["kim@acme.test.example", false],
])("%s", (text, named) => {
  expect(isNamed(text, KIM)).toBe(named);
});

test("an address beside a name in one record is another name, one elsewhere is not", () => {
  const contacts = [
    { id: "hubspot:42", email: "K@Other.test" },
    { id: "hubspot:43", email: "lea@acme.test" },
  ];
  expect([...otherNames({ deal: { contacts } }, KIM)]).toEqual(["k@other.test"]);
});
