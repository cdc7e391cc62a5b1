// A Worker of an empty Hono router: what our bundles and their start are held against.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = ".build/bench/empty";

/** Writes it and answers the path of its config. */
export function emptyWorker(): string {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "worker.js"), 'import { Hono } from "hono";\nexport default new Hono();\n');
  const path = join(FOLDER, "wrangler.toml");
  writeFileSync(path, 'name = "empty"\nmain = "worker.js"\ncompatibility_date = "2026-10-01"\nminify = true\n');
  return path;
}
