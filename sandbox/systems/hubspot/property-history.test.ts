// The history of a property: one line a change, newest first, never too long.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { historyAfter, historyView } from "./property-history.ts";

it("has no two lines of one value in a row, and ends at 50", async () => {
  await fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", null), { maxLength: 120 }), (values) => {
      let history = {};
      for (const value of values)
        history = historyAfter("deals", history, { dealstage: value }, "2026-11-21T08:00:00Z");
      const lines = historyAfter("deals", history, {}, "").dealstage ?? [];
      expect(lines.length).toBeLessThanOrEqual(50);
      expect(lines.every(({ value }, n) => value !== lines[n + 1]?.value)).toBe(true);
      if (values.length > 0) expect(lines[0]?.value).toBe(values.at(-1) ?? "");
    }),
  );
});

it("is kept for deals alone", () => {
  expect(historyAfter("contacts", {}, { email: "a@b.example" }, "2026-11-21T08:00:00Z")).toEqual({});
});

it("shows a value that never changed since the record was made, and nothing for an unset one", () => {
  const object = { properties: { amount: "5", closedate: null }, history: {}, created_at: "2026-01-01T00:00:00.000Z" };
  expect(historyView(object, ["amount", "closedate"])).toEqual({
    propertiesWithHistory: { amount: [{ value: "5", timestamp: object.created_at, sourceType: "CRM_UI" }] },
  });
});
