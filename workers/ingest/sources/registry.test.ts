import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { WEIGHTS } from "#contract/weights.ts";
import { SOURCES } from "./registry.ts";

/** Files beside the adapters that are not one. */
const SEAMS = ["conformance", "instant", "json", "registry", "source"];

const names = SOURCES.map(({ name }) => name).toSorted();

test("every file of an adapter is registered under its name, and the other way around", () => {
  const files = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => file.slice(0, -".ts".length))
    .filter((file) => !SEAMS.includes(file));
  expect(files.toSorted()).toEqual(names);
});

test.for(names)("%s has a test that runs the conformance suite", (name) => {
  const file = `${import.meta.dirname}/${name}.test.ts`;
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, "utf8")).toContain("conformance({");
});

test("every source says how urgent its signals are", () => {
  expect(Object.keys(WEIGHTS)).toEqual(expect.arrayContaining(names));
});

test.for(SOURCES)("$name has its page, and its row in the index of sources", ({ name, path, lane }) => {
  const docs = `${import.meta.dirname}/../../../docs`;
  const url = path ?? `/hooks/${name}`;
  expect(readFileSync(`${docs}/sources/${name}.md`, "utf8")).toContain(url);
  const rows = readFileSync(`${docs}/sources.md`, "utf8").split("\n");
  const row = rows.filter((line) => line.startsWith("| [") && line.includes(`](sources/${name}.md)`));
  expect(row).toEqual([expect.stringContaining(`| \`${url}\` |`)]);
  expect(row).toEqual([expect.stringContaining(`| \`${lane}\` |`)]);
});

test("every setting of a source is a variable or a secret of the Worker", () => {
  const text = readFileSync(`${import.meta.dirname}/../wrangler.toml`, "utf8");
  const { vars, secrets } = parse(text);
  const known = JSON.stringify([Object.keys(vars ?? {}), secrets]);
  for (const name of SOURCES.flatMap(({ settings }) => settings)) expect(known).toContain(`"${name}"`);
});
