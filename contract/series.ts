// How a counter is named where it is kept: as OpenMetrics writes it, `name{label="value"}`, in a JSON object. Rule: what
// `seriesName` writes, `parseSeries` reads.
import type { MetricName } from "./metrics.ts";

export type Labels = Readonly<Record<string, string>>;
/** What a histogram needs beside its buckets, and what only the page shows: of whom, by a digest. */
export type SeriesName = MetricName | `${MetricName}_sum` | "person_decided" | "person_seconds";

/** Label values are words of ours; whatever else would end the label is left out. */
export function seriesName(name: SeriesName, labels: Labels = {}): string {
  const texts = Object.entries(labels).map(([label, value]) => `${label}="${value.replaceAll(/["\\\n]/g, "")}"`);
  return `${name}{${texts.join(",")}}`;
}

export function parseSeries(text: string): { name: string; labels: Labels } {
  const [name = "", rest = ""] = text.split("{", 2);
  const labels = [...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = "", value = ""]) => [label, value] as const);
  return { name, labels: Object.fromEntries(labels) };
}
