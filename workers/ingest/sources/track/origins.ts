// TRACK_ORIGINS: the websites that the beacon listens to. Rule: each is written out; there is no `*`, because any page
// of the web could then send in our name.
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";

export type Origins = { ok: true; origins: ReadonlySet<string> } | { ok: false; reason: string };

/** Reads origins separated by spaces; `reason` names the first that is none. */
export function originsOf(text: string): Origins {
  const origins = new Set<string>();
  for (const entry of text.split(/[\s,]+/).filter((part) => part !== "")) {
    if (!/^https?:\/\/[^/?#*@]+\/?$/i.test(entry) || !URL.canParse(entry)) {
      const reason = `"${entry}" in TRACK_ORIGINS is no origin such as https://www.example.com; see ${CONFIGURATION_PAGE}#track_origins`;
      return { ok: false, reason };
    }
    origins.add(new URL(entry).origin);
  }
  return { ok: true, origins };
}

/** Browsers send Origin with every POST; `null` stands for a page without one. */
export function isAllowed(headers: Headers, origins: ReadonlySet<string>): boolean {
  return origins.has(headers.get("origin") ?? "");
}
