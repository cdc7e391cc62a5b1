// Generates the Env of every Worker from its wrangler.toml (`npm run types`), or checks that the committed ones are
// fresh (`--check`), so that no layer can name a binding it does not have.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { WORKER_CONFIGS } from "./worker-configs.ts";

const check = process.argv.includes("--check");
let stale = false;
for (const config of WORKER_CONFIGS) {
  const folder = config === "wrangler.toml" ? "durable-objects" : dirname(config);
  const output = join(folder, "worker-configuration.d.ts");
  const args = ["types", output, "--include-runtime=false", "-c", config, ...(check ? ["--check"] : [])];
  const { status, stdout, stderr } = spawnSync("wrangler", args, { encoding: "utf8" });
  if (status === 0) continue;
  stale = true;
  console.error(check ? `${output} is stale; run: npm run types` : `${config}: ${stdout}${stderr}`);
}
process.exitCode = stale ? 1 : 0;
