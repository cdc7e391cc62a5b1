// POST /hooks/bombora: a report as a file, verified by its headers before a byte of it is read, then streamed row by row
// onto the queue. Rule: whatever goes wrong, the answer says how many rows were taken, and the same file may be sent
// again, whole or from where it stopped; rows and signals are identified by what they say, not by their upload.

import { digestOf, nameOf } from "#connectors/bombora/file-name.ts";
import { fileText, isUtf16 } from "#connectors/bombora/file-text.ts";
import { type Imported, importRows, type Progress, type ReportFile } from "#connectors/bombora/import-rows.ts";
import { columnMapOf } from "#connectors/bombora/layout.ts";
import { peek } from "#connectors/bombora/peek.ts";
import { dateInName, dateOf, latestDate } from "#connectors/bombora/report-date.ts";
import type { Envelope } from "#contract/envelope.ts";
import { intentObserved } from "#contract/messages.ts";
import type { Log } from "#runtime/log.ts";
import { createEnvelope, type EnvelopePorts, type Publish } from "#runtime/publish.ts";
import type { Failure } from "./answers.ts";
import type { Lane } from "./backlog.ts";
import { deadEvent } from "./dead-event.ts";
import { type Limit, withinLimits } from "./limits.ts";
import { type Given, readSettings } from "./settings.ts";
import { type ShedLevel, sheds } from "./shedding.ts";
import { verifyToken } from "./signing/token.ts";

export const BOMBORA = "bombora";
const RESUME_HEADER = "x-dealwire-resume-row";
/** Enough of a file to know it again. */
const HEAD_BYTES = 65_536;

export type ReceiveDeps = EnvelopePorts & {
  settings: Given;
  publish: Publish;
  limit: Limit;
  shedLevel(lane: Lane): Promise<ShedLevel>;
  log: Log;
};

/** What an upload is answered with; `signals` are made later, when the scores before are known. */
type FileReceipt = {
  accepted: number;
  ignored: number;
  rejected: number;
  signals: readonly never[];
  rows: number;
  errors: readonly { row: number; reason: string }[];
};
export type FileTaken = { kind: "file_taken"; receipt: FileReceipt };

/**
 * One upload. The file's name is `?file=` or in Content-Disposition, its day `?date=`; it begins at the row of
 * `x-dealwire-resume-row` or `?from_row=`. Never throws but for a bug.
 */
export async function receiveFile(
  request: Request,
  correlationId: string,
  deps: ReceiveDeps,
): Promise<FileTaken | Failure> {
  const settings = readSettings(["INGEST_TOKENS"], deps.settings, ["BOMBORA_COLUMNS"]);
  if (!settings.ok) return { kind: "not_configured", source: BOMBORA, reason: settings.reason };
  const { INGEST_TOKENS = "", BOMBORA_COLUMNS = "" } = settings.values;
  const { method, url, headers, body } = request;
  const hook = { method, url, headers, body: new Uint8Array() };
  const verified = await verifyToken(hook, BOMBORA, INGEST_TOKENS);
  if (verified.kind !== "ok") return { ...verified, source: BOMBORA };
  if (!(await withinLimits({ name: BOMBORA }, hook, deps.limit))) return { kind: "too_many", source: BOMBORA };
  // Its rows wait on one lane and its signals on another: it is let in when neither is behind.
  for (const lane of ["intent", "signals-bulk"] as const) {
    const level = await deps.shedLevel(lane);
    if (sheds(level, ["low"])) return { kind: "shed", source: BOMBORA, code: level, retryAfterUnit: undefined };
  }
  const columns = columnMapOf(BOMBORA_COLUMNS);
  if (!columns.ok) return { kind: "not_configured", source: BOMBORA, reason: columns.reason };

  const query = new URL(url).searchParams;
  const fromRow = Number(headers.get(RESUME_HEADER) ?? query.get("from_row") ?? 1);
  if (!Number.isSafeInteger(fromRow) || fromRow < 1) return notUnderstood(`${RESUME_HEADER} is no row number from 1`);
  const name = nameOf(headers, query);
  const given = query.get("date");
  const date = given === null ? dateInName(name ?? "") : dateOf(given);
  const latest = latestDate(deps.now());
  if (given !== null && (date === null || date > latest)) {
    return notUnderstood("date is no day such as 2026-11-15 that has come already");
  }

  const { head, stream } = await peek(body ?? new Blob([]).stream(), HEAD_BYTES);
  if (isUtf16(head)) return notUnderstood("the file is UTF-16; save it as CSV in UTF-8");
  const file: ReportFile = {
    source: BOMBORA,
    fileId: name ?? (await digestOf(head, headers.get("content-length"))),
    reportDate: date !== null && date <= latest ? date : new Date(deps.now()).toISOString().slice(0, 10),
    latestDate: latest,
    columns: columns.map,
    fromRow,
  };
  const origin = { correlation_id: correlationId, priority: "low", causation_id: null } as const;
  const imported = await importRows(file, fileText(stream, head), (parts) =>
    refusalOf(
      "intent",
      parts.map((part) => createEnvelope(intentObserved, part, origin, deps)),
      deps,
    ),
  );
  return settle(imported, file, correlationId, deps);
}

/** Tells of the rows that were rejected, then of what became of the file. */
async function settle(
  imported: Imported,
  file: ReportFile,
  correlationId: string,
  deps: ReceiveDeps,
): Promise<FileTaken | Failure> {
  if (imported.kind === "not_understood") return notUnderstood(imported.reason);
  const { progress } = imported;
  const { rows, accepted, ignored, rejected, nextRow } = progress;
  const fields = { rows, accepted, ignored, rejected, next_row: nextRow, outcome: imported.kind };
  deps.log(rejected > 0 ? "warn" : "info", "file_read", { source: BOMBORA, ...fields, correlation_id: correlationId });
  if (imported.kind === "queue_refused")
    return { kind: "file_refused", source: BOMBORA, reason: imported.reason, progress };

  const letters = rejected === 0 ? [] : [deadEvent(rejectedRows(file, progress, correlationId), deps)];
  const refusal = await refusalOf("intent-dead", letters, deps);
  if (refusal !== null) return { kind: "file_refused", source: BOMBORA, reason: refusal, progress };
  if (imported.kind === "broken_off")
    return { kind: "file_broken", source: BOMBORA, reason: imported.reason, progress };
  const errors = progress.broken.map(({ row, reason }) => ({ row, reason }));
  return { kind: "file_taken", receipt: { accepted, ignored, rejected, signals: [], rows, errors } };
}

/** One dead letter for all rows that this request rejected, with the first of them. */
function rejectedRows({ source, fileId, reportDate }: ReportFile, progress: Progress, correlationId: string) {
  const { rejected, broken } = progress;
  const [first] = broken;
  return {
    event: { source, file_id: fileId, report_date: reportDate, rejected, rows: broken },
    reason: `${rejected} rows of ${fileId} were not understood; row ${first?.row}: ${first?.reason}`,
    signalId: null,
    queue: "intent" as const,
    correlationId,
    rawRef: null,
  };
}

async function refusalOf(
  queue: "intent" | "intent-dead",
  envelopes: readonly Envelope[],
  { publish }: ReceiveDeps,
): Promise<string | null> {
  try {
    await publish(queue, envelopes);
    return null;
  } catch (error) {
    return String(error);
  }
}

function notUnderstood(detail: string): Failure {
  return { kind: "not_understood", source: BOMBORA, errors: [{ pointer: "", detail }], rawRef: null };
}
