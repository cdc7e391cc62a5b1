// Part of `npm run check`: fails when a locked package of production has a licence that we do not ship. Offline: the
// lockfile names the licences.
import { readFileSync } from "node:fs";
import { refusedLicences } from "./licences.ts";

const { refused } = refusedLicences(readFileSync("package-lock.json", "utf8"));
if (refused.length > 0) {
  console.error(
    `These packages may not be shipped:\n${refused.map((line) => `  ${line}`).join("\n")}\n` +
      "Take another one, or decide about the licence: docs/decisions/ and the list in scripts/licences.ts.",
  );
  process.exitCode = 1;
}
