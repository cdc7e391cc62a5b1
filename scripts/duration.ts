// Times to live as people type them: 20s, 5m, 4h.
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** Seconds, or null when it is not a whole positive number with s, m or h. */
export function parseDuration(text: string): number | null {
  const match = /^([1-9]\d{0,6})([smh])$/.exec(text);
  const unit = SECONDS[match?.[2] ?? ""];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
}
