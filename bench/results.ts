// Writes bench/results.md: a section for each bench, with the day and the machine that its figures come from. Rule: a
// bench that ran replaces its own section and no other.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import type { Bench, Report, Scale } from "./bench.ts";

const FILE = "bench/results.md";
const SCALE_WORDS = {
  quick: ", with small counts",
  usual: "",
  full: ", with the counts that the targets name",
} as const;
const HEAD = `# Measured

Written by \`npm run bench\`; each section says when and where. Ratios and counts compare between machines, times do not.
`;

export function writeSection(bench: Bench, report: Report, scale: Scale, order: readonly string[]): void {
  const sections = new Map(readSections().map((text) => [/^## (\S+)/.exec(text)?.[1] ?? "", text]));
  sections.set(bench.name, sectionOf(bench, report, scale));
  const kept = order.flatMap((name) => sections.get(name) ?? []);
  writeFileSync(FILE, `${[HEAD, ...kept].join("\n").trimEnd()}\n`);
}

function readSections(): string[] {
  if (!existsSync(FILE)) return [];
  return readFileSync(FILE, "utf8")
    .split(/^(?=## )/m)
    .slice(1)
    .map((text) => `${text.trimEnd()}\n`);
}

function sectionOf({ name, measures, against }: Bench, { rows, notes }: Report, scale: Scale): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [line(head), line(head.map((_, n) => (n === 0 ? "---" : "---:"))), ...body.map(line)];
  return `## ${name}

${capital(measures)}, against ${against}.

${[...table, "", ...notes.map((note) => `- ${note}`)].join("\n").trimEnd()}

*${conditions()}${SCALE_WORDS[scale]}.*
`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function conditions(): string {
  const versions = ["workerd", "wrangler"].map((name) => `${name} ${versionOf(name)}`);
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return [
    new Date().toISOString().slice(0, 16).replace("T", " ").concat(" UTC"),
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${memory} GB`,
    `Node ${process.versions.node}`,
    ...versions,
    `commit ${commit()}`,
    `load ${load} at the end`,
  ].join(", ");
}

function versionOf(name: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  return version;
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { stdio: "pipe", encoding: "utf8" }).trim();
  } catch {
    // An unpacked archive has no history.
    return "unknown";
  }
}
