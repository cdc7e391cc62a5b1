// The rules that ship, for tests and benches that run in Node; Workers import the same file as text.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_VERSION } from "./default-version.ts";

export const SHIPPED = {
  version: DEFAULT_VERSION,
  document: readFileSync(join(import.meta.dirname, "default.yaml"), "utf8"),
};
