// A Worker as it is deployed: what wrangler bundles from its config, minified. Rule: nothing is uploaded, and the tests and
// the bench measure the same bytes.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

export type Bundle = {
  /** Paths relative to the config. */
  inputs: string[];
  minBytes: number;
  gzipBytes: number;
  code: string;
  /** Modules that the code imports as text, by name. */
  texts: ReadonlyMap<string, string>;
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
    const names = (await readdir(folder)).filter((name) => name.endsWith(".client.js"));
    const texts = await Promise.all(
      names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const),
    );
    return {
      inputs: Object.keys(inputs),
      minBytes: code.byteLength,
      gzipBytes: gzipSync(code).byteLength,
      code: code.toString(),
      texts: new Map(texts),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
