// How fast a surge report is read: a million rows, gzip, through the core that ingest runs, against reading and
// unzipping the same file without a look at it, in the same run. Rule: a ratio, because machines differ.
// node bench/bombora.ts [rows]
import { mkdtempSync, openAsBlob, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileText } from "#connectors/bombora/file-text.ts";
import { gunzip } from "#connectors/bombora/gunzip.ts";
import { importRows } from "#connectors/bombora/import-rows.ts";
import { peek } from "#connectors/bombora/peek.ts";
import { intentObserved } from "#contract/messages.ts";
import { createEnvelope, pack } from "#runtime/publish.ts";
import { writeSurgeFile } from "./surge-file.ts";

const ROWS = Number(process.argv[2] ?? 1_000_000);
const FILE = {
  source: "bombora",
  fileId: "bench",
  reportDate: "2026-11-15",
  latestDate: "2026-11-16",
  columns: null,
  fromRow: 1,
};
const ORIGIN = { correlation_id: "4bf92f3577b34da6a3ce929d0e0e4736", priority: "low", causation_id: null } as const;
const ports = { now: Date.now, newEventId: () => "019aa000-0000-7000-8000-000000000001" };

async function seconds(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

const folder = mkdtempSync(join(tmpdir(), "dealwire-bench-"));
try {
  const path = join(folder, "surge.csv.gz");
  await writeSurgeFile(path, ROWS);
  const open = async () => peek((await openAsBlob(path)).stream(), 65_536);

  const unzipped = await seconds(async () => {
    const { stream } = await open();
    for await (const bytes of gunzip(stream)) void bytes;
  });
  let messages = 0;
  let peakBytes = 0;
  const imported = await seconds(async () => {
    const { head, stream } = await open();
    const result = await importRows(FILE, fileText(stream, head), async (parts) => {
      messages += pack(parts.map((part) => createEnvelope(intentObserved, part, ORIGIN, ports))).length;
      peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed);
      return null;
    });
    if (result.kind !== "done" || result.progress.accepted !== ROWS) throw new Error(JSON.stringify(result));
  });
  console.log(`${ROWS} rows, ${statSync(path).size} bytes of gzip, ${messages} messages`);
  console.log(`unzip alone ${unzipped.toFixed(2)} s; read, checked and packed ${imported.toFixed(2)} s`);
  console.log(`${Math.round(ROWS / imported)} rows/s, ${(imported / unzipped).toFixed(1)} times the unzip alone`);
  console.log(`heap never over ${Math.round(peakBytes / 1_000_000)} MB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
