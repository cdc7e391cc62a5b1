// The settings that an adapter can't do without. Rule: the first one missing ends the attempt, by its name.
import { setting } from "#runtime/setting.ts";
import type { ActionSettings } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";

type SettingName = keyof ActionSettings;
export type Needed<Name extends SettingName> =
  | { ok: true; values: Readonly<Record<Name, string>> }
  | { ok: false; outcome: Extract<ActionOutcome, { kind: "credentials" }> };

/**
 * @example
 * const needed = neededSettings(ports.settings, ["RESEND_API_URL", "RESEND_API_KEY"]);
 */
export function neededSettings<Name extends SettingName>(
  settings: ActionSettings,
  names: readonly Name[],
): Needed<Name> {
  for (const name of names) {
    const value = setting(name, settings[name]);
    if (!value.ok) return { ok: false, outcome: { kind: "credentials", reason: value.reason } };
  }
  return { ok: true, values: settings };
}
