// Writes the OpenAPI document that the desk serves (`npm run openapi`), or checks that the committed one is fresh
// (`--check`). It is made here because the schemas that describe it are a tenth of the desk's bundle.
import { readFileSync, writeFileSync } from "node:fs";
import { openApiDocument } from "../workers/desk/api/openapi.ts";

const FILE = "workers/desk/api/openapi.txt";
const text = `${JSON.stringify(openApiDocument())}\n`;

if (!process.argv.includes("--check")) writeFileSync(FILE, text);
else if (readFileSync(FILE, "utf8") !== text) {
  console.error(`${FILE} is stale; run: npm run openapi`);
  process.exitCode = 1;
}
