import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";
import { deriveId, deriveIdentity, sha256Hex } from "./digest.ts";

test("SHA-256 agrees with the published vector (FIPS 180-4, 'abc')", async () => {
  expect(await sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("an id has 26 base32 characters of the digest (RFC 4648 alphabet, lower case)", async () => {
  const id = await deriveId("sig", ["hubspot", "1"]);
  expect(id).toMatch(/^sig_[a-z2-7]{26}$/);
  const bytes = Buffer.from(await sha256Hex(JSON.stringify(["hubspot", "1"])), "hex");
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const expected = Array.from(
    { length: 26 },
    (_, n) => "abcdefghijklmnopqrstuvwxyz234567"[Number.parseInt(bits.slice(n * 5, n * 5 + 5), 2)],
  ).join("");
  expect(id.slice(4)).toBe(expected);
});

test("parts do not run into each other", async () => {
  expect(await deriveId("sig", ["a|b", "c"])).not.toBe(await deriveId("sig", ["a", "b|c"]));
  expect(await deriveId("sig", [null])).not.toBe(await deriveId("sig", [""]));
});

test("a signal's trace-id is the second half of the digest whose beginning is its id", async () => {
  const { signal_id, correlation_id } = await deriveIdentity(["x"]);
  expect(signal_id).toBe(await deriveId("sig", ["x"]));
  expect(correlation_id).toBe((await sha256Hex(JSON.stringify(["x"]))).slice(32));
});

test("canonical JSON does not depend on the order of keys and leaves undefined out", () => {
  expect(canonicalJson({ b: [1, { d: null, c: "é" }], a: undefined })).toBe('{"b":[1,{"c":"é","d":null}]}');
  expect(canonicalJson({ x: 1, y: 2 })).toBe(canonicalJson({ y: 2, x: 1 }));
});
