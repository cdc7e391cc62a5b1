// Reads a file that was dropped into the bucket, row by row, onto the queue. Rules: a redelivered notification goes on at
// the last checkpoint, and a file that is done is done; a run ends itself well before the platform would. A compressed
// file has no middle to begin at, so a later run reads over the rows before; a row that is only passed costs a
// twentieth of one that is taken.
import { fileText, isUtf16 } from "#connectors/bombora/file-text.ts";
import { importRows } from "#connectors/bombora/import-rows.ts";
import { columnMapOf } from "#connectors/bombora/layout.ts";
import { peek } from "#connectors/bombora/peek.ts";
import { dateInName, latestDate } from "#connectors/bombora/report-date.ts";
import type { Event } from "#contract/envelope.ts";
import type { FileDropped } from "#contract/file-dropped.ts";
import { intentObserved } from "#contract/messages.ts";
import type { Log } from "#runtime/log.ts";
import { defer, done, type Outcome, reject, retry } from "#runtime/outcome.ts";
import { createEnvelope, type EnvelopePorts, type Publish } from "#runtime/publish.ts";
import type { FileStore } from "./file-store.ts";
import { type ImportReport, MAX_ERRORS, newReport, REPORT_SUFFIX, withProgress } from "./import-report.ts";

export type ImportDeps = EnvelopePorts & {
  files: FileStore;
  publish: Publish;
  /** BOMBORA_COLUMNS. */
  columns: string;
  log: Log;
};

const BOMBORA = "bombora";
const HEAD_BYTES = 4_096;
/** A checkpoint is one write to the bucket. */
const CHECKPOINT_ROWS = 50_000;
/** Of the five minutes of CPU that wrangler.toml allows, a million rows take one. */
const RUN_ROWS = 1_000_000;
/** A consumer has 15 minutes by the clock. */
const RUN_MS = 600_000;
const CONTINUE_AFTER_SECONDS = 1;

/** One notification of the bucket. Never throws but for a bug. */
export async function importFile(event: Event<FileDropped>, deps: ImportDeps): Promise<Outcome> {
  const { action, object } = event.payload;
  if (action === "DeleteObject" || action === "LifecycleDeletion") return done();
  if (object.key.endsWith(REPORT_SUFFIX)) return done();
  try {
    return await read(object.key, event.correlation_id, deps);
  } catch (error) {
    return retry(`the bucket of imports can't be used: ${String(error)}`);
  }
}

async function read(key: string, correlationId: string, deps: ImportDeps): Promise<Outcome> {
  const columns = columnMapOf(deps.columns);
  if (!columns.ok) return reject("credentials", `${columns.reason}; see docs/configuration.md, then replay this`);
  const file = await deps.files.open(key);
  if (file === null) return reject("invalid_event", `there is no ${key} in the bucket any more; put it there again`);
  const startedAtMs = deps.now();
  const now = () => new Date(deps.now()).toISOString();
  const known = await deps.files.readReport(key);
  const before = known?.etag === file.etag ? known : newReport(key, file.etag, now());
  if (before.state === "done") {
    await file.body.cancel();
    return done();
  }

  const end = async (report: ImportReport): Promise<void> => {
    await deps.files.writeReport(report);
    const { state, rows, accepted, ignored, rejected, next_row } = report;
    const counts = { state, rows, accepted, ignored, rejected, next_row };
    deps.log(rejected > 0 ? "warn" : "info", "file_read", {
      source: BOMBORA,
      ...counts,
      correlation_id: correlationId,
    });
  };
  const refuse = async (reason: string): Promise<Outcome> => {
    await end({ ...before, state: "not_understood", reason, updated_at: now() });
    return reject("invalid_event", `${key} is not understood: ${reason}`);
  };
  const { head, stream } = await peek(file.body, HEAD_BYTES);
  if (isUtf16(head)) return refuse("the file is UTF-16; save it as CSV in UTF-8");
  const name = key.slice(key.lastIndexOf("/") + 1);
  const latest = latestDate(deps.now());
  const dated = dateInName(name);
  const origin = { correlation_id: correlationId, priority: "low", causation_id: null } as const;
  const imported = await importRows(
    {
      source: BOMBORA,
      fileId: (name || key).slice(0, 200),
      reportDate: dated !== null && dated <= latest ? dated : now().slice(0, 10),
      latestDate: latest,
      columns: columns.map,
      fromRow: before.next_row,
      shownRows: MAX_ERRORS,
    },
    fileText(stream, head),
    async (parts) => {
      const envelopes = parts.map((part) => createEnvelope(intentObserved, part, origin, deps));
      return deps.publish("intent", envelopes).then(
        () => null,
        (error: unknown) => String(error),
      );
    },
    {
      everyRows: CHECKPOINT_ROWS,
      async reached(progress) {
        await deps.files.writeReport(withProgress(before, progress, now()));
        return progress.rows < RUN_ROWS && deps.now() - startedAtMs < RUN_MS;
      },
    },
  );

  switch (imported.kind) {
    case "not_understood":
      return refuse(imported.reason);
    case "queue_refused":
      // What was counted after the last checkpoint will be counted again.
      return retry(`the queue refused rows of ${key}: ${imported.reason}`);
    case "paused":
      return defer(`${key} is read up to row ${imported.progress.nextRow}`, CONTINUE_AFTER_SECONDS);
    case "broken_off": {
      const { reason, progress } = imported;
      await end({ ...withProgress(before, progress, now()), state: "broken_off", reason });
      return reject("invalid_event", `${key} ends where it should not, before row ${progress.nextRow}: ${reason}`);
    }
    case "done":
      await end({ ...withProgress(before, imported.progress, now()), state: "done" });
      return done();
  }
}
