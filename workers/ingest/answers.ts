// Every way in which a request can fail, and what the sender gets to read about it. Rule: this is the one place where a
// failure becomes a status; `detail` says what to do, and the status says whether sending again helps.

import type { Progress } from "#connectors/bombora/import-rows.ts";
import { problem } from "#runtime/problem.ts";
import { LIMIT_PERIOD_SECONDS } from "./limits.ts";
import type { BodyError, RefusalCode, RetryAfterUnit } from "./sources/source.ts";

export type Failure =
  | { kind: "no_such_page" }
  | { kind: "unknown_source"; known: readonly string[] }
  | { kind: "wrong_method"; allow: string }
  | { kind: "too_large"; maxBytes: number }
  | { kind: "unreadable" }
  | { kind: "not_configured"; source: string; reason: string }
  | { kind: "refused"; source: string; code: RefusalCode; reason: string }
  | { kind: "too_many"; source: string; retryAfterUnit?: RetryAfterUnit | undefined }
  /** `rawRef` is the key under which the body is kept, so that it can be replayed. */
  | { kind: "not_utf8"; rawRef: string | null }
  | { kind: "not_understood"; source: string; errors: readonly BodyError[]; rawRef: string | null }
  /** `code` is the level: what is turned away. */
  | { kind: "shed"; source: string; code: string; retryAfterUnit: RetryAfterUnit | undefined }
  | { kind: "queue_refused"; reason: string; retryAfterUnit: RetryAfterUnit | undefined }
  | { kind: "file_broken"; source: string; reason: string; progress: Progress }
  | { kind: "file_refused"; source: string; reason: string; progress: Progress }
  | { kind: "crashed"; reason: string };

/** Long enough for a queue to recover, short enough that a retried signal still counts. */
const RETRY_AFTER_SECONDS = 10;
/** A backlog of minutes does not drain in less. */
const SHED_SECONDS = 120;

/** The problem document of a failure; secrets, stacks and the platform's own words stay in the log. */
export function answerTo(failure: Failure, correlationId: string): Response {
  const answer = (status: number, slug: string, title: string, detail: string, extensions = {}) =>
    problem({ status, slug, title, detail, correlationId, extensions });
  const later = (status: number, slug: string, title: string, detail: string, after: string, extensions = {}) => {
    const response = answer(status, slug, title, detail, extensions);
    response.headers.set("retry-after", after);
    return response;
  };
  switch (failure.kind) {
    case "no_such_page":
      return answer(
        404,
        "not-found",
        "Not found",
        "There is POST /hooks/{source}, POST /track, GET /track.js and GET /healthz.",
      );
    case "unknown_source": {
      const detail = `No such source; there are: ${failure.known.join(", ")}.`;
      return answer(404, "unknown-source", "Unknown source", detail, { sources: failure.known });
    }
    case "wrong_method": {
      const response = answer(405, "wrong-method", "Wrong method", `Use ${failure.allow}.`);
      response.headers.set("allow", failure.allow);
      return response;
    }
    case "too_large": {
      const detail = `The body is over ${failure.maxBytes} bytes; send fewer events in one request.`;
      return answer(413, "too-large", "Body too large", detail);
    }
    case "unreadable":
      return answer(
        400,
        "unreadable",
        "Body not readable",
        "The connection broke before the body ended; send it again.",
      );
    case "not_configured": {
      const detail = `The source ${failure.source} takes nothing until it can verify it: ${failure.reason}.`;
      return answer(503, "not-configured", "Source not configured", detail);
    }
    case "refused":
      return answer(
        failure.code === "wrong_origin" ? 403 : 401,
        failure.code.replace("_", "-"),
        TITLES[failure.code],
        `${capitalised(failure.reason)}.`,
      );
    case "too_many": {
      const detail = `${failure.source}, or this key of it, has sent more than its share; send several events in one request.`;
      return later(429, "too-many", "Too many requests", detail, inUnit(LIMIT_PERIOD_SECONDS, failure.retryAfterUnit));
    }
    case "not_utf8": {
      const detail = `The body is not valid UTF-8.${keptWords(failure.rawRef)}`;
      return answer(400, "not-utf8", "Body not understood", detail, { raw_ref: failure.rawRef });
    }
    case "not_understood": {
      const [first] = failure.errors;
      const detail = `At ${first?.pointer || "the top"}: ${first?.detail ?? "not understood"}.${keptWords(failure.rawRef)}`;
      const extensions = { errors: failure.errors, raw_ref: failure.rawRef };
      return answer(400, "not-understood", "Body not understood", detail, extensions);
    }
    case "shed": {
      const detail = "More has arrived than can be handled in time, so what is not urgent waits; send it again later.";
      return later(429, "shed", "Too busy", detail, inUnit(SHED_SECONDS, failure.retryAfterUnit));
    }
    case "queue_refused": {
      const detail = "The signals could not be stored; nothing is lost if you send the same request again.";
      return later(503, "queue-refused", "Not taken", detail, inUnit(RETRY_AFTER_SECONDS, failure.retryAfterUnit));
    }
    case "file_broken": {
      const detail = `The file ends where it should not (${failure.reason}). ${resumption(failure.progress)}`;
      return answer(400, "file-broken", "File broken", detail, membersOf(failure.progress));
    }
    case "file_refused": {
      const detail = `Not all rows could be stored. ${resumption(failure.progress)}`;
      const after = String(RETRY_AFTER_SECONDS);
      return later(503, "queue-refused", "Not all taken", detail, after, membersOf(failure.progress));
    }
    case "crashed":
      return answer(500, "internal", "Internal error", "A fault on our side; send the same request again.");
  }
}

const TITLES: Readonly<Record<RefusalCode, string>> = {
  missing_signature: "Signature missing",
  bad_signature: "Signature wrong",
  stale: "Signature too old",
  wrong_origin: "Origin not allowed",
  unknown_key: "Key not known",
};

function inUnit(seconds: number, unit: RetryAfterUnit | undefined): string {
  return String(unit === "milliseconds" ? seconds * 1_000 : seconds);
}

function resumption({ accepted, nextRow }: Progress): string {
  return `${accepted} rows were taken. The same file may be sent again, whole, or with x-dealwire-resume-row: ${nextRow}.`;
}

function membersOf({ rows, accepted, ignored, rejected, nextRow, broken }: Progress) {
  const errors = broken.map(({ row, reason }) => ({ row, reason }));
  return { rows, accepted, ignored, rejected, next_row: nextRow, errors };
}

function keptWords(rawRef: string | null): string {
  return rawRef === null ? "" : " The body is kept and can be replayed after a fix.";
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
