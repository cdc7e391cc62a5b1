import fc from "fast-check";
import { expect, test } from "vitest";
import { seal, unseal } from "./sealed.ts";

test("what was sealed opens with its secret and with no other", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), fc.string(), fc.string(), async (text, secret, other) => {
      const sealed = await seal(text, secret);
      const wellFormed = new TextDecoder().decode(new TextEncoder().encode(text));
      expect(await unseal(sealed, secret)).toBe(wellFormed);
      if (other !== secret) expect(await unseal(sealed, other)).toBeNull();
    }),
    { numRuns: 50 },
  );
});

test("the same text is never sealed to the same twice", async () => {
  expect(await seal("token", "secret")).not.toBe(await seal("token", "secret"));
});

test.each(["", "no base64!", "AAAA", btoa("x".repeat(60))])("%j opens to nothing", async (text) => {
  expect(await unseal(text, "secret")).toBeNull();
});
