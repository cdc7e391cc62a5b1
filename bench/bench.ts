// What a bench is. Rule: every figure of time stands beside its baseline from the same run, because machines differ; how
// much a figure varied between rounds is told with it.

/** How much to do: enough to show that it works, enough to compare, or what the targets name. */
export type Scale = "quick" | "usual" | "full";

export type Report = {
  /** The first row is the heading. */
  rows: readonly (readonly string[])[];
  /** What the figures mean: targets met or missed, where the time goes, under which conditions. Markdown. */
  notes: readonly string[];
};

export type Bench = {
  name: string;
  /** What is measured, in a line. */
  measures: string;
  /** What it is held against, in the same run. */
  against: string;
  run(scale: Scale): Promise<Report>;
};
