// What a surge report costs the ingest Worker in workerd, over HTTP, beside two bare Workers in the same run: one that
// reads and unzips the file, and one that also copies its text onto the queue, unparsed. The queue runs in the same
// process here and keeps far more than the Workers do, so the memory of ingest is what it takes beyond the second.
// Rule: same machine, same process, same run; the peak is the kernel's (VmHWM), reset before each.
// node bench/ingest-memory.ts [rows]        Linux only.
import { mkdtempSync, openAsBlob, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { createTestHarness } from "wrangler";
import { writeSurgeFile } from "./surge-file.ts";
import { peakMb, resetPeak, workerds } from "./workerd.ts";

const ROWS = Number(process.argv[2] ?? 1_000_000);
const WARM_UP_ROWS = 2_000;
const root = join(import.meta.dirname, "..");
const env = parseEnv(readFileSync(join(root, "sandbox/local.env"), "utf8"));
const secret = (name: string) => ({ [name]: env[name] ?? "" });

const folder = mkdtempSync(join(tmpdir(), "dealwire-bench-"));
const server = createTestHarness({
  workers: [
    { configPath: join(root, "bench/sink/wrangler.toml") },
    {
      configPath: join(root, "workers/ingest/wrangler.toml"),
      secrets: {
        ...secret("INGEST_TOKENS"),
        ...secret("HUBSPOT_CLIENT_SECRET"),
        ...secret("SEGMENT_SHARED_SECRET"),
        ...secret("SLACK_SIGNING_SECRET"),
        ...secret("STANDARD_WEBHOOKS_SECRETS"),
      },
    },
  ],
});

try {
  const { url } = await server.listen();
  const pids = workerds();
  const send = async (path: string, file: string) => {
    resetPeak(pids);
    const startedAt = performance.now();
    const response = await fetch(new URL(path, url), {
      method: "POST",
      headers: { authorization: `Bearer ${env.INGEST_TOKENS}`, "content-type": "application/gzip" },
      body: await openAsBlob(file),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return { seconds: (performance.now() - startedAt) / 1_000, peak: peakMb(pids), text };
  };
  const upload = "/hooks/bombora?file=surge-20261115.csv.gz";
  const [warmUp, file] = [join(folder, "warm-up.csv.gz"), join(folder, "surge.csv.gz")];
  await writeSurgeFile(warmUp, WARM_UP_ROWS);
  await writeSurgeFile(file, ROWS);
  await send("/copy", warmUp);
  await send(upload, warmUp);

  const bare = await send("/gunzip", file);
  const copied = await send("/copy", file);
  const taken = await send(upload, file);
  const { accepted }: { accepted: number } = JSON.parse(taken.text);
  if (accepted !== ROWS) throw new Error(`${accepted} of ${ROWS} rows were taken`);
  console.log(`${ROWS} rows, ${(statSync(file).size / 1_000_000).toFixed(1)} MB of gzip`);
  for (const [what, { seconds, peak }] of Object.entries({ unzip: bare, "unzip and copy": copied, ingest: taken })) {
    console.log(`${what}: ${Math.round(ROWS / seconds)} rows/s in ${seconds.toFixed(1)} s, peak ${peak.toFixed(0)} MB`);
  }
  const ratio = (other: typeof bare) =>
    `${(other.seconds / taken.seconds).toFixed(2)} of the rate, ${(taken.peak / other.peak).toFixed(2)} of the memory`;
  console.log(`ingest to unzip: ${ratio(bare)}`);
  console.log(`ingest to unzip and copy: ${ratio(copied)}, ${(taken.peak - copied.peak).toFixed(0)} MB more`);
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
