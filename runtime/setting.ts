// Settings that a deployment may not have set. Rule: a missing one fails at the first use, with the name of the
// variable and the page that explains it. An empty string is "not set": required secrets are put empty when unused.

export const CONFIGURATION_PAGE = "docs/configuration.md";

export type Setting = { ok: true; value: string } | { ok: false; reason: string };

export function setting(name: string, value: string | undefined): Setting {
  const trimmed = value?.trim() ?? "";
  if (trimmed !== "") return { ok: true, value: trimmed };
  return { ok: false, reason: `${name} is not set; see ${CONFIGURATION_PAGE}#${name.toLowerCase()}` };
}
