// Durations as a ruleset writes them: one whole number and one unit, `90s`, `30m`, `4h`, `3d`.
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds, or null when the text is not a duration. `0h` is a duration. */
export function durationSeconds(text: string): number | null {
  const match = /^(\d{1,7})([smhd])$/.exec(text);
  const unit = UNIT_SECONDS[match?.[2] ?? ""];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
}
