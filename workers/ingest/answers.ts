// Every way in which a request can fail, and what the sender gets to read about it. Rule: this is the one place where a
// failure becomes a status; `detail` says what to do, and the status says whether sending again helps.
import { problem } from "#runtime/problem.ts";
import type { BodyError, RefusalCode } from "./sources/source.ts";

export type Failure =
  | { kind: "no_such_page" }
  | { kind: "unknown_source"; known: readonly string[] }
  | { kind: "wrong_method"; allow: string }
  | { kind: "too_large"; maxBytes: number }
  | { kind: "unreadable" }
  | { kind: "not_configured"; source: string; reason: string }
  | { kind: "refused"; source: string; code: RefusalCode; reason: string }
  | { kind: "too_many" }
  | { kind: "not_utf8" }
  | { kind: "not_understood"; source: string; errors: readonly BodyError[] }
  | { kind: "queue_refused"; reason: string }
  | { kind: "crashed"; reason: string };

/** Long enough for a queue to recover, short enough that a retried signal still counts. */
const RETRY_AFTER_SECONDS = 10;
/** The period of [[ratelimits]] in wrangler.toml. */
const LIMIT_PERIOD_SECONDS = 60;

/** The problem document of a failure; secrets, stacks and the platform's own words stay in the log. */
export function answerTo(failure: Failure, correlationId: string): Response {
  const answer = (status: number, slug: string, title: string, detail: string, extensions = {}) =>
    problem({ status, slug, title, detail, correlationId, extensions });
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
    case "too_many":
      return problem({
        status: 429,
        slug: "too-many",
        title: "Too many requests",
        detail: "This key has sent more than its share; wait, and send several events in one request.",
        correlationId,
        retryAfterSeconds: LIMIT_PERIOD_SECONDS,
      });
    case "not_utf8":
      return answer(400, "not-utf8", "Body not understood", "The body is not valid UTF-8.");
    case "not_understood": {
      const [first] = failure.errors;
      const detail = `At ${first?.pointer || "the top"}: ${first?.detail ?? "not understood"}.`;
      return answer(400, "not-understood", "Body not understood", detail, { errors: failure.errors });
    }
    case "queue_refused":
      return problem({
        status: 503,
        slug: "queue-refused",
        title: "Not taken",
        detail: "The signals could not be stored; nothing is lost if you send the same request again.",
        correlationId,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
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

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
