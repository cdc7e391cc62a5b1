// The samples: samples/<source>/<name>.json (or .xml, .csv, .eml), in the source's own wire format. Rule: what lies in the folder
// is there; nothing else lists them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SAMPLE_SOURCES, type SampleSourceName } from "./deliveries.ts";

const FOLDER = join(import.meta.dirname, "samples");
const EXTENSION = /\.(json|xml|csv|eml)$/;

export function sampleNames(source: SampleSourceName): string[] {
  return sampleFiles(source)
    .map((file) => file.replace(EXTENSION, ""))
    .toSorted();
}

/** What a JSON file holds, or the text of any other. */
export function readSample(source: SampleSourceName, name: string): unknown {
  const file = sampleFiles(source).find((each) => each.replace(EXTENSION, "") === name);
  const text = readFileSync(join(FOLDER, source, file ?? name), "utf8");
  return file?.endsWith(".json") === false ? text : JSON.parse(text);
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

function sampleFiles(source: SampleSourceName): string[] {
  return readdirSync(join(FOLDER, source)).filter((file) => EXTENSION.test(file));
}
