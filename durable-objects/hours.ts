// When an action may run unattended by local hours. Rule: a pure reading of the clock in the zone that the action
// names; a zone that the runtime does not know counts as UTC, so that nothing waits for ever because of a typo.
import type { Hours } from "#contract/action.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** Every week has an opening, so a search over more days than a week and a change of clocks always ends. */
const MAX_STEPS = 24;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Milliseconds of the first moment at or after `at` (milliseconds) within `hours`; `at` itself when it is within. */
export function nextOpening(hours: Hours, at: number): number {
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  const clock = clockIn(hours.time_zone);
  let time = at;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { day, minute } = localTime(clock, time);
    // From 22:00 to 06:00 runs over midnight; the same time twice is the whole day.
    const isOpen = from < to ? minute >= from && minute < to : minute >= from || minute < to;
    const isDay = hours.days.includes(day);
    if (isDay && isOpen) return time;
    const wait = isDay && minute < from ? from - minute : DAY_MINUTES - minute;
    time = Math.floor(time / MINUTE_MS) * MINUTE_MS + wait * MINUTE_MS;
  }
  return time;
}

function minutesOf(text: string): number {
  const [hour = "0", minute = "0"] = text.split(":");
  return Number(hour) * 60 + Number(minute);
}

function clockIn(timeZone: string): Intl.DateTimeFormat {
  const options = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  try {
    return new Intl.DateTimeFormat("en-US", { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat("en-US", { ...options, timeZone: "UTC" });
  }
}

function localTime(clock: Intl.DateTimeFormat, time: number): { day: number; minute: number } {
  const parts = new Map(clock.formatToParts(time).map(({ type, value }) => [type, value]));
  const day = WEEKDAYS.indexOf(parts.get("weekday") ?? "Mon") + 1;
  return { day, minute: Number(parts.get("hour")) * 60 + Number(parts.get("minute")) };
}
