// Fails when contract/tables.ts and migrations/ disagree (generates into a copy and expects nothing new), and when a
// migration takes from the version before what it may need (scripts/migration-rule.ts).
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { offencesOf } from "./migration-rule.ts";

for (const file of readdirSync("migrations").filter((name) => name.endsWith(".sql"))) {
  for (const { statement, why } of offencesOf(file, readFileSync(join("migrations", file), "utf8"))) {
    console.error(`${file} ${why}: ${statement}\nSee docs/upgrading.md: expand first, contract one version later.`);
    process.exitCode = 1;
  }
}

// Inside the project, because drizzle-kit takes only relative folders.
const copy = mkdtempSync(join(process.cwd(), ".build-migrations-"));
try {
  cpSync("migrations", copy, { recursive: true });
  const before = readdirSync(copy).length;
  const args = ["generate", "--dialect", "sqlite", "--schema", "./contract/tables.ts", "--out", relative(".", copy)];
  const { status, stdout, stderr } = spawnSync("drizzle-kit", args, { encoding: "utf8" });
  if (status !== 0 || readdirSync(copy).length !== before) {
    console.error(`contract/tables.ts and migrations/ differ; run: npm run db:generate\n${stdout}${stderr}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
