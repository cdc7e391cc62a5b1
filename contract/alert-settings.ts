// From which value on something is an alert, and where alerts go. Rule: every threshold has a default, so that an empty
// ALERTS watches everything; what can't be read is an alert of its own and never silence.
import * as z from "zod";

const Settings = z
  .strictObject({
    /** Where `send_alert` goes; no channel means the one that its adapter has for alerts without one. */
    target: z.enum(["slack", "teams", "webhook"]).default("slack"),
    channel: z.string().max(100).nullable().default(null),
    /** The oldest message of a queue may wait this long. */
    lag_seconds: z.number().positive().default(900),
    /** The share of signals that must be dealt with within fifteen minutes, over thirty days. */
    objective: z.number().gt(0).lt(1).default(0.99),
    /** How many times faster than evenly the error budget may burn, over an hour and its last five minutes. */
    burn_rate: z.number().positive().default(14.4),
    /** A deadline may be missed by this much before the watchdog counts it. */
    overdue_seconds: z.number().min(60).default(120),
    /** The sum of the fates may differ from the signals received for so long, while steps are on their way. */
    conservation_minutes: z.number().positive().default(10),
    /** A source that sent in this many of 24 hours is usual; so many hours without a signal are too quiet. */
    usual_hours: z.number().min(1).max(24).default(20),
    quiet_hours: z.number().min(1).max(12).default(2),
    /** A scheduled job may be this late, or a tenth of its interval if that is more. */
    late_job_minutes: z.number().positive().default(5),
  })
  .prefault({});
export type AlertSettings = z.infer<typeof Settings>;

export type ParsedSettings = { settings: AlertSettings; wrong: string | null };

/** `text` is the variable ALERTS: a JSON object, or empty. */
export function alertSettings(text: string): ParsedSettings {
  const defaults = Settings.parse({});
  if (text.trim() === "") return { settings: defaults, wrong: null };
  try {
    const parsed = Settings.safeParse(JSON.parse(text));
    if (parsed.success) return { settings: parsed.data, wrong: null };
    return { settings: defaults, wrong: z.prettifyError(parsed.error).replaceAll("\n", " ") };
  } catch {
    return { settings: defaults, wrong: "it is not JSON" };
  }
}
