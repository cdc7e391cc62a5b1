import fc from "fast-check";
import { expect, test } from "vitest";
import { Instant } from "#contract/envelope.ts";
import { instantOf } from "./instant.ts";

test.for([
  ["seconds", 1_612_912_679, "2021-02-09T23:17:59.000Z"],
  ["seconds with a fraction", 1_612_912_679.987, "2021-02-09T23:17:59.987Z"],
  ["milliseconds", 1_612_912_679_123, "2021-02-09T23:17:59.123Z"],
  ["microseconds", 1_612_912_679_123_999, "2021-02-09T23:17:59.123Z"],
  ["nanoseconds as digits", "1612912679123999999", "2021-02-09T23:17:59.123Z"],
  ["milliseconds as digits", "1612912679123", "2021-02-09T23:17:59.123Z"],
  ["the beginning", 0, "1970-01-01T00:00:00.000Z"],
  ["UTC", "2026-11-21T08:00:00Z", "2026-11-21T08:00:00.000Z"],
  ["an offset", "2026-11-21T09:30:00.5+01:30", "2026-11-21T08:00:00.500Z"],
  ["an offset without its colon", "2014-08-20T11:16:04.000+0000", "2014-08-20T11:16:04.000Z"],
  ["nanoseconds in text", "2026-11-21T08:00:00.123456789Z", "2026-11-21T08:00:00.123Z"],
] as const)("reads %s", ([, value, instant]) => {
  expect(instantOf(value)).toBe(instant);
});

test.for([
  "2026-11-21T08:00:00",
  "2026-11-21",
  "2026-02-30T08:00:00Z",
  "2026-11-21T24:00:00Z",
  "2026-11-21T08:00:00+24:00",
  "2026-11-21T08:00:00+01:60",
  "1969-12-31T23:59:59Z",
  "9999-12-31T23:59:59-01:00",
  "+010000-01-01T00:00:00Z",
  "soon",
  "",
  "-1",
  "1e3",
  "99999999999999999999",
  "9".repeat(21),
  -1,
  1.5e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  null,
  undefined,
  true,
  {},
  [1_612_912_679],
] as const)("does not guess what time %o is", (value) => {
  expect(instantOf(value)).toBeNull();
});

test("answers anything with null or an Instant of the contract", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const instant = instantOf(value);
      if (instant !== null) expect(Instant.safeParse(instant).success).toBe(true);
    }),
  );
});

test("a moment in any unit is the same moment", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1e12, max: 1e13 - 1 }), (epochMs) => {
      const instant = new Date(epochMs).toISOString();
      for (const form of [epochMs, `${epochMs}123`, `${epochMs}123456`, instant]) expect(instantOf(form)).toBe(instant);
    }),
  );
});
