// Local hours, over nights, weekends and changes of the clocks.
import { describe, expect, it } from "vitest";
import { nextOpening } from "./hours.ts";

const OFFICE = { time_zone: "Europe/Lisbon", from: "09:00", to: "18:00", days: [1, 2, 3, 4, 5] };
const opens = (at: string, hours = OFFICE) => new Date(nextOpening(hours, Date.parse(at))).toISOString();

describe("the next opening", () => {
  it.each([
    ["within the hours is now, to the millisecond", "2026-11-20T12:00:00.123Z", "2026-11-20T12:00:00.123Z"],
    ["before they begin is the same morning", "2026-11-20T03:20:10.000Z", "2026-11-20T09:00:00.000Z"],
    ["after Friday's end is Monday morning", "2026-11-20T18:00:00.000Z", "2026-11-23T09:00:00.000Z"],
    ["over the change of clocks is by the new time", "2026-03-27T20:00:00.000Z", "2026-03-30T08:00:00.000Z"],
  ])("%s", (_when, at, expected) => {
    expect(opens(at)).toBe(expected);
  });

  it("counts in the zone of the action", () => {
    const tokyo = { ...OFFICE, time_zone: "Asia/Tokyo" };
    expect(opens("2026-11-20T12:00:00.000Z", tokyo)).toBe("2026-11-23T00:00:00.000Z");
  });

  it("knows hours over midnight and whole days", () => {
    const night = { ...OFFICE, time_zone: "UTC", from: "22:00", to: "06:00" };
    expect(opens("2026-11-20T12:00:00.000Z", night)).toBe("2026-11-20T22:00:00.000Z");
    expect(opens("2026-11-20T05:00:00.000Z", night)).toBe("2026-11-20T05:00:00.000Z");
    const wholeDay = { ...night, from: "00:00", to: "00:00", days: [7] };
    expect(opens("2026-11-20T12:00:00.000Z", wholeDay)).toBe("2026-11-22T00:00:00.000Z");
  });

  it("takes a zone that nobody knows for UTC", () => {
    expect(opens("2026-11-20T03:00:00.000Z", { ...OFFICE, time_zone: "Mars/Base" })).toBe("2026-11-20T09:00:00.000Z");
  });
});
