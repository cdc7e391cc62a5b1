// What a surge report takes of the 128 MB that the ingest Worker's isolate has: its heap, as V8 tells it over the
// inspector while the file goes through. Rule: what the isolate itself holds, used and reserved, and not the process,
// which is the queue's and the runtime's, too (bench/ingest-memory.ts). It is asked between
// pieces of work, so a peak in between is not seen.
// node bench/isolate-heap.ts [rows] [port]
import { spawn } from "node:child_process";
import { mkdtempSync, openAsBlob, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import * as z from "zod";
import { writeSurgeFile } from "./surge-file.ts";

const ROWS = Number(process.argv[2] ?? 1_000_000);
const PORT = Number(process.argv[3] ?? 8_850);
const INSPECTOR_PORT = PORT + 1_000;
const LIMIT_MB = 128;
const root = join(import.meta.dirname, "..");
const envFile = join(root, "sandbox/local.env");
const token = parseEnv(readFileSync(envFile, "utf8")).INGEST_TOKENS ?? "";

const Targets = z.array(z.object({ webSocketDebuggerUrl: z.url() })).min(1);
const Usage = z.object({
  result: z.object({ usedSize: z.number(), totalSize: z.number(), backingStorageSize: z.number().default(0) }),
});

/** A function that answers the heap of the isolate, once it is not too busy to say. */
async function connect(): Promise<() => Promise<z.infer<typeof Usage>["result"]>> {
  const [target] = Targets.parse(await (await fetch(`http://127.0.0.1:${INSPECTOR_PORT}/json`)).json());
  // Wrangler asks whoever calls for an origin; that Node's WebSocket takes headers, its types don't say.
  const handshake = [target?.webSocketDebuggerUrl, { headers: { origin: "http://localhost" } }];
  const socket: WebSocket = Reflect.construct(WebSocket, handshake);
  await new Promise((opened) => socket.addEventListener("open", opened, { once: true }));
  return () =>
    new Promise((resolve) => {
      const onMessage = ({ data }: MessageEvent) => {
        const usage = Usage.safeParse(JSON.parse(String(data)));
        if (!usage.success) return;
        socket.removeEventListener("message", onMessage);
        resolve(usage.data.result);
      };
      socket.addEventListener("message", onMessage);
      socket.send(JSON.stringify({ id: 1, method: "Runtime.getHeapUsage" }));
    });
}

const folder = mkdtempSync(join(tmpdir(), "dealwire-bench-"));
const configs = ["workers/ingest/wrangler.toml", "bench/sink/wrangler.toml"].flatMap((config) => ["-c", config]);
const ports = ["--port", String(PORT), "--inspector-port", String(INSPECTOR_PORT)];
const wrangler = spawn(
  join(root, "node_modules/.bin/wrangler"),
  ["dev", ...configs, ...ports, "--env-file", envFile, "--persist-to", folder, "--show-interactive-dev-session=false"],
  { cwd: root, detached: true, stdio: "ignore" },
);
try {
  const origin = `http://localhost:${PORT}`;
  for (let tries = 0; !(await fetch(`${origin}/healthz`).catch(() => null))?.ok; tries += 1) {
    if (tries === 120) throw new Error("the Worker did not start within a minute");
    await sleep(500);
  }
  const heap = await connect();
  const file = join(folder, "surge.csv.gz");
  await writeSurgeFile(file, ROWS);
  const idle = await heap();
  const peak = { ...idle };
  let answer: string | null = null;
  const startedAt = performance.now();
  const upload = fetch(`${origin}/hooks/bombora?file=surge-20261115.csv.gz`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: await openAsBlob(file),
  }).then(async (response) => {
    answer = await response.text();
  });
  let samples = 0;
  for (; answer === null; samples += 1) {
    const { usedSize, totalSize, backingStorageSize } = await heap();
    peak.usedSize = Math.max(peak.usedSize, usedSize);
    peak.totalSize = Math.max(peak.totalSize, totalSize);
    peak.backingStorageSize = Math.max(peak.backingStorageSize, backingStorageSize);
    await sleep(5);
  }
  await upload;
  const seconds = (performance.now() - startedAt) / 1_000;
  const mb = (bytes: number) => `${(bytes / 1_000_000).toFixed(0)} MB`;
  console.log(`${ROWS} rows in ${seconds.toFixed(1)} s: ${answer}`);
  console.log(
    `heap used ${mb(peak.usedSize)} at most, reserved ${mb(peak.totalSize)}, buffers ${mb(peak.backingStorageSize)}, ` +
      `of ${LIMIT_MB} MB (idle ${mb(idle.usedSize)}; ${samples} samples)`,
  );
} finally {
  if (wrangler.pid !== undefined) process.kill(-wrangler.pid, "SIGTERM");
  await sleep(1_000);
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
