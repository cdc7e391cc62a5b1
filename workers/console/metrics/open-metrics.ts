// The metrics as OpenMetrics text, for Prometheus and Grafana, by the table of contract/metrics.ts. Rules: a family is
// written once, with its type, unit and help; a counter's samples end in `_total`, a histogram has every bucket, cumulative
// up to +Inf; nothing that names a person is here (https://prometheus.io/docs/specs/om/open_metrics_spec/).
import { BUCKET_SECONDS, METRICS, type Metric } from "#contract/metrics.ts";
import type { Labels } from "#contract/series.ts";
import type { Sample, Samples } from "./samples.ts";

const PREFIX = "dealwire";

export const OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** `samples` of a histogram are its buckets, labelled `le` as they were counted, and its sum without `le`. */
export function openMetrics(samples: Samples): string {
  const families = Object.entries(METRICS).flatMap(([name, metric]: [string, Metric]) => {
    const own = samples.get(name) ?? [];
    return own.length === 0 ? [] : [...headOf(name, metric), ...linesOf(name, metric, own)];
  });
  return `${[...families, "# EOF"].join("\n")}\n`;
}

function headOf(name: string, { type, unit, help }: Metric): string[] {
  const family = `${PREFIX}_${name}`;
  return [
    `# TYPE ${family} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${family} ${unit}`]),
    `# HELP ${family} ${help}`,
  ];
}

function linesOf(name: string, { type, labels }: Metric, samples: readonly Sample[]): string[] {
  if (type === "histogram") return histogramsOf(name, labels, samples);
  const suffix = type === "counter" ? "_total" : "";
  return samples.map(([own, value]) => line(`${name}${suffix}`, own, value));
}

function histogramsOf(name: string, labels: readonly string[], samples: readonly Sample[]): string[] {
  const groups = Map.groupBy(samples, ([own]) => labels.map((label) => own[label] ?? "").join("\n"));
  return [...groups.values()].flatMap((group) => {
    const own = Object.fromEntries(labels.map((label) => [label, group[0]?.[0][label] ?? ""]));
    const counted = new Map(group.map(([{ le = "sum" }, value]) => [le, value]));
    let count = 0;
    const buckets = [...BUCKET_SECONDS, Infinity].map((bound) => {
      count += counted.get(bound === Infinity ? "+Inf" : String(bound)) ?? 0;
      return line(`${name}_bucket`, { ...own, le: bound === Infinity ? "+Inf" : floatText(bound) }, count);
    });
    const sum = counted.get("sum");
    // Times that were counted before sums were have none, and a histogram may be without.
    const ends = sum === undefined ? [] : [line(`${name}_count`, own, count), line(`${name}_sum`, own, sum)];
    return [...buckets, ...ends];
  });
}

/** A bound is written as a float, so that it is the same label whoever writes it. */
function floatText(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function line(name: string, labels: Labels, value: number): string {
  const texts = Object.entries(labels).map(([label, each]) => `${label}="${escaped(each)}"`);
  return `${PREFIX}_${name}${texts.length === 0 ? "" : `{${texts.join(",")}}`} ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
