// The samples: samples/<source>/<name>.json, in the source's own wire format. Rule: what lies in the folder is there;
// nothing else lists them.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { SAMPLE_SOURCES, type SampleSourceName } from "./deliveries.ts";

const FOLDER = join(import.meta.dirname, "samples");

export function sampleNames(source: SampleSourceName): string[] {
  const files = readdirSync(join(FOLDER, source)).filter((file) => file.endsWith(".json"));
  return files.map((file) => basename(file, ".json")).toSorted();
}

export function readSample(source: SampleSourceName, name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, source, `${name}.json`), "utf8"));
}

/** One line a sample: `hubspot deal-won`. */
export function listSamples(): string {
  return sampleSources()
    .flatMap((source) => sampleNames(source).map((name) => `  ${source} ${name}`))
    .join("\n");
}

export function sampleSources(): SampleSourceName[] {
  return Object.keys(SAMPLE_SOURCES).filter((name): name is SampleSourceName => name in SAMPLE_SOURCES);
}
