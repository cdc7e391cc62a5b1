// A strict reader of OpenMetrics text, as of https://prometheus.io/docs/specs/om/open_metrics_spec/. Rule: it throws at the
// first line that a scraper might take otherwise than it was meant.

export type Family = { type: string; unit: string | null; help: string; samples: MetricSample[] };
type MetricSample = { name: string; labels: Record<string, string>; value: number };

type Current = { name: string; family: Family; seen: Set<string> } | null;

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ["_total"],
  gauge: [""],
  histogram: ["_bucket", "_count", "_sum"],
};
const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const META = new RegExp(`^# (TYPE|UNIT|HELP) (${NAME}) (\\S.*)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (-?(?:\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?|Inf)|NaN)$`);
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?!$)|$)/;

export function readOpenMetrics(text: string): Map<string, Family> {
  if (!text.endsWith("\n# EOF\n")) throw new Error("it does not end in # EOF and a line feed");
  const families = new Map<string, Family>();
  let current: Current = null;
  for (const line of text.slice(0, -"# EOF\n".length).split("\n").slice(0, -1)) {
    const [, kind = "", name = "", rest = ""] = META.exec(line) ?? [];
    if (kind !== "") {
      if (current?.name !== name) {
        if (families.has(name)) throw new Error(`the family ${name} is in two places`);
        current = begun(name);
        families.set(name, current.family);
      }
      if (current.seen.has(kind)) throw new Error(`${kind} of ${name} comes twice`);
      if (current.family.samples.length > 0) throw new Error(`${kind} of ${name} comes after its samples`);
      current.seen.add(kind);
      if (kind === "TYPE") current.family.type = rest;
      if (kind === "HELP") current.family.help = rest;
      if (kind === "UNIT") current.family.unit = rest;
      continue;
    }
    const sample = sampleOf(line);
    const suffixes = SUFFIXES[current?.family.type ?? ""] ?? [];
    if (current === null || !suffixes.some((suffix) => sample.name === `${current?.name}${suffix}`))
      throw new Error(`${line} is of no family that was begun`);
    current.family.samples.push(sample);
  }
  for (const [name, family] of families) check(name, family);
  return families;
}

function begun(name: string): NonNullable<Current> {
  return { name, family: { type: "", unit: null, help: "", samples: [] }, seen: new Set() };
}

function sampleOf(line: string): MetricSample {
  const [, name = "", inside, value = ""] = SAMPLE.exec(line) ?? [];
  if (name === "") throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  for (let rest = inside ?? ""; rest !== ""; ) {
    const [all = "", label = "", text = ""] = LABEL.exec(rest) ?? [];
    if (all === "") throw new Error(`not a label: ${rest} in ${line}`);
    if (label in labels) throw new Error(`the label ${label} comes twice in ${line}`);
    labels[label] = text;
    rest = rest.slice(all.length);
  }
  return { name, labels, value: Number(value.replace("Inf", "Infinity")) };
}

function check(name: string, { type, unit, help, samples }: Family): void {
  if (!(type in SUFFIXES)) throw new Error(`${name} has the type "${type}"`);
  if (help === "") throw new Error(`${name} has no help`);
  if (unit !== null && !name.endsWith(`_${unit}`)) throw new Error(`${name} does not end in its unit ${unit}`);
  if (type === "counter" && name.endsWith("_total")) throw new Error(`the family ${name} ends in _total`);
  const ids = samples.map((sample) => JSON.stringify([sample.name, Object.entries(sample.labels).sort()]));
  if (new Set(ids).size !== ids.length) throw new Error(`${name} has a sample twice`);
  if (type !== "gauge" && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} is below zero`);
  if (type === "histogram") checkBuckets(name, samples);
}

function checkBuckets(name: string, samples: readonly MetricSample[]): void {
  const groups = Map.groupBy(samples, ({ labels: { le: _le, ...others } }) => JSON.stringify(others));
  for (const [labels, group] of groups) {
    const buckets = group.filter((sample) => sample.name.endsWith("_bucket"));
    const bounds = buckets.map(({ labels: { le = "" } }) => (le === "+Inf" ? Infinity : Number(le)));
    const isFloat = buckets.every(({ labels: { le = "" } }) => le === "+Inf" || /^\d+\.\d+$/.test(le));
    const isRising = (values: readonly number[], strictly: boolean) =>
      values.every((value, n) => n === 0 || value > (values[n - 1] ?? 0) || (!strictly && value === values[n - 1]));
    if (!isFloat || bounds.at(-1) !== Infinity || !isRising(bounds, true))
      throw new Error(`the bounds of ${name}${labels} are ${bounds.join(" ")}`);
    const counts = buckets.map(({ value }) => value);
    if (!isRising(counts, false)) throw new Error(`the buckets of ${name}${labels} are not cumulative`);
    const [count, sum] = ["_count", "_sum"].map((suffix) => group.find((sample) => sample.name === name + suffix));
    if ((count === undefined) !== (sum === undefined)) throw new Error(`${name}${labels} has a count or a sum alone`);
    if (count !== undefined && count.value !== counts.at(-1)) throw new Error(`the count of ${name}${labels} is off`);
  }
}
