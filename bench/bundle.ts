// A Worker as it is deployed: what wrangler bundles from its config, minified. Rule: nothing is uploaded, and the tests and
// the bench measure the same bytes.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

export type Bundle = {
  /** Paths relative to the config. */
  inputs: string[];
  minBytes: number;
  gzipBytes: number;
};

export async function bundleOf(configPath: string): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), "dealwire-bundle-"));
  try {
    const meta = join(folder, "meta.json");
    const args = ["deploy", "--dry-run", "--minify", "--metafile", meta, "--outdir", folder, "-c", configPath];
    const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
    await promisify(execFile)("node_modules/.bin/wrangler", args, { env });
    const { inputs }: { inputs: Record<string, unknown> } = JSON.parse(await readFile(meta, "utf8"));
    const code = await readFile(join(folder, "worker.js"));
    return { inputs: Object.keys(inputs), minBytes: code.byteLength, gzipBytes: gzipSync(code).byteLength };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
