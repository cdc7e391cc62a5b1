// Times for people. Rule: the server writes UTC and says so; the script rewrites each <time> in the reader's own zone,
// and keeps relative ones counting.
const ABSOLUTE = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
  timeZoneName: "short",
});

/** `21 Nov, 14:05 UTC`. `at` is ISO 8601. */
export function Moment({ at }: { at: string }) {
  return (
    <time datetime={at} title={at} data-as="absolute">
      {ABSOLUTE.format(Date.parse(at))}
    </time>
  );
}

/** `in 3 h 12 min`, `4 min ago`. `now` in milliseconds since the epoch. */
export function Relative({ at, now }: { at: string; now: number }) {
  return (
    <time datetime={at} title={at} data-as="relative">
      {relativeText(Date.parse(at) - now)}
    </time>
  );
}

/** When something happens by itself: `in 3 h 12 min`, and `any moment` once it is due. */
export function Due({ at, now }: { at: string; now: number }) {
  const left = Date.parse(at) - now;
  return (
    <time datetime={at} title={at} data-as="deadline">
      {left < 1_000 ? "any moment" : relativeText(left)}
    </time>
  );
}

/** Milliseconds from now, in words; the script has the same rule. */
export function relativeText(fromNowMs: number): string {
  const text = spanText(Math.abs(fromNowMs));
  if (Math.abs(fromNowMs) < 1_000) return "now";
  return fromNowMs > 0 ? `in ${text}` : `${text} ago`;
}

/** A length of time in its two largest units: `850 ms`, `12 s`, `3 h 12 min`, `2 d 4 h`. */
export function spanText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return joined(minutes, "min", seconds % 60, "s");
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return joined(hours, "h", minutes % 60, "min");
  return joined(Math.floor(hours / 24), "d", hours % 24, "h");
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
