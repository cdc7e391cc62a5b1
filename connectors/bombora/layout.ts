// Which column of a file is what. Rule: the configured columns win, then a header, then the two feeds that come without
// one, told apart by their width; nothing is guessed from what the fields look like.
// Source of the feeds' columns: github.com/bomboradata/bombora-tutorials ("All Domains All Topics", "Master Surge").
import * as z from "zod";

const Column = z.union([z.string().min(1), z.int().nonnegative()]);
const ColumnMap = z.strictObject({
  domain: Column,
  topic: Column,
  score: Column,
  company: Column.optional(),
  size: Column.optional(),
  industry: Column.optional(),
  date: Column.optional(),
});
export type ColumnMap = z.infer<typeof ColumnMap>;
const FIELDS = ["domain", "topic", "score", "company", "size", "industry", "date"] as const;
const REQUIRED = ["domain", "topic", "score"] as const;

/** Positions from 0; `width` is how many columns each row has. */
export type Layout = Partial<Record<(typeof FIELDS)[number], number>> &
  Record<(typeof REQUIRED)[number], number> & { width: number; hasHeader: boolean };

export type LayoutResult = { ok: true; layout: Layout } | { ok: false; reason: string };

/** Both feeds have 12 or 9 columns and begin alike. */
const FEED_WIDTHS = [12, 9];
const FEED = { company: 0, domain: 1, size: 2, industry: 3, topic: 5, score: 6 };

/** As reports and exports of the user interface name them, in letters and digits alone; the first that is there counts. */
const HEADERS: Readonly<Record<(typeof FIELDS)[number], readonly string[]>> = {
  domain: ["domain", "companydomain", "companyurl", "companywebsite", "website"],
  topic: ["topicname", "topic"],
  score: ["compositescore", "topicscore", "surgescore", "companysurgescore", "score"],
  company: ["companyname", "company"],
  size: ["companysize", "size"],
  industry: ["industry"],
  date: ["date", "reportdate", "weekending"],
};

/** BOMBORA_COLUMNS: null when it is empty. */
export function columnMapOf(text: string): { ok: true; map: ColumnMap | null } | { ok: false; reason: string } {
  if (text === "") return { ok: true, map: null };
  const parsed = z
    .string()
    .transform((json, context): unknown => {
      try {
        return JSON.parse(json);
      } catch {
        context.addIssue("not JSON");
        return z.NEVER;
      }
    })
    .pipe(ColumnMap)
    .safeParse(text);
  if (parsed.success) return { ok: true, map: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, reason: `BOMBORA_COLUMNS ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not understood"}` };
}

/** The layout of the file whose first record this is. */
export function layoutOf(first: readonly string[], configured: ColumnMap | null): LayoutResult {
  const names = first.map(plain);
  const width = first.length;
  if (configured !== null) return configuredLayout(configured, first, names);
  if (HEADERS.score.some((name) => names.includes(name)) || HEADERS.topic.some((name) => names.includes(name))) {
    const found = Object.fromEntries(
      FIELDS.map((field) => [field, HEADERS[field].map((name) => names.indexOf(name)).find((at) => at >= 0)]),
    );
    return complete(found, width, true, first);
  }
  if (FEED_WIDTHS.includes(width)) return { ok: true, layout: { ...FEED, width, hasHeader: false } };
  const reason = `the first row has no header that is known and ${width} columns, where Bombora's feeds have 12 or 9; name the columns in BOMBORA_COLUMNS`;
  return { ok: false, reason };
}

function configuredLayout(map: ColumnMap, first: readonly string[], names: readonly string[]): LayoutResult {
  const found = Object.fromEntries(
    FIELDS.map((field) => {
      const column = map[field];
      const at = typeof column === "string" ? names.indexOf(plain(column)) : column;
      return [field, at === undefined || at < 0 || at >= first.length ? undefined : at];
    }),
  );
  const missing = FIELDS.find((field) => map[field] !== undefined && found[field] === undefined);
  if (missing !== undefined) {
    const reason = `the first row has no column ${JSON.stringify(map[missing])}, which BOMBORA_COLUMNS names for ${missing}; it has: ${shown(first)}`;
    return { ok: false, reason };
  }
  return complete(
    found,
    first.length,
    Object.values(map).some((column) => typeof column === "string"),
    first,
  );
}

function complete(
  found: Partial<Record<string, number | undefined>>,
  width: number,
  hasHeader: boolean,
  first: readonly string[],
): LayoutResult {
  const { domain, topic, score, company, size, industry, date } = found;
  if (domain === undefined || topic === undefined || score === undefined) {
    const missing = REQUIRED.filter((field) => found[field] === undefined).join(" and ");
    const reason = `the header has no column for the ${missing}: ${shown(first)}; name it in BOMBORA_COLUMNS, or choose a report that has it`;
    return { ok: false, reason };
  }
  const optional = Object.entries({ company, size, industry, date }).filter(([, at]) => at !== undefined);
  return { ok: true, layout: { domain, topic, score, ...Object.fromEntries(optional), width, hasHeader } };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function shown(first: readonly string[]): string {
  return first.join(", ").slice(0, 300);
}
