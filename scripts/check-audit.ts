// Part of `npm run check`: fails when a locked package of production has a serious vulnerability that is known. It needs a
// registry that answers; without one it says so and lets the rest of the check be. CI has one.
import { spawnSync } from "node:child_process";
import { readAudit } from "./vulnerabilities.ts";

const args = ["audit", "--omit=dev", "--json", "--fetch-retries=0", "--fetch-timeout=15000"];
const audit = readAudit(spawnSync("npm", args, { encoding: "utf8" }).stdout);
if (audit.kind === "not_looked_up") {
  console.error(`Known vulnerabilities were not looked up: ${audit.reason}`);
} else if (audit.serious.length > 0) {
  const lines = audit.serious.map((line) => `  ${line}`).join("\n");
  console.error(`These packages are shipped and known to be vulnerable (npm audit says more):\n${lines}`);
  process.exitCode = 1;
}
