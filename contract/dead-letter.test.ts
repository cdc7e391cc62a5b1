import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { deadLetterFromV1 } from "./dead-letter.ts";
import { Envelope } from "./envelope.ts";
import { deadLetter, parsePayload } from "./messages.ts";

const golden = (version: number) =>
  Envelope.parse(JSON.parse(readFileSync(`contract/golden/dead.letter.v${version}.json`, "utf8")));

test("a letter of version 1 is read as one whose only known failure is its last", () => {
  const { payload } = golden(1);
  expect(payload).not.toHaveProperty("first_failed_at");
  expect(parsePayload(deadLetter, golden(1))).toMatchObject({
    ok: true,
    event: { schema_version: 2, payload: { ...Object(payload), first_failed_at: "2026-11-21T08:03:00.000Z" } },
  });
});

test("what is no letter of version 1 stays what it is, for the schema to refuse", () => {
  for (const payload of [null, "text", 7, [], {}, { failed_at: undefined }]) {
    expect(deadLetter.schema.safeParse(deadLetterFromV1(payload)).success).toBe(false);
  }
});
