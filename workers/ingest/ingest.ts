// The edge of the pipeline: verifies a webhook, reads it, publishes its signals and answers. Rules: nothing is answered
// with 2xx before the queues took it; nothing that was not verified is read; everything is idempotent by the ids of the
// signals, so a sender may repeat whatever was not answered with 2xx.
import type { Log } from "#runtime/log.ts";
import { answerTo, type Failure } from "./answers.ts";
import { correlationOf } from "./correlation.ts";
import { type Limit, withinLimits } from "./limits.ts";
import { readBody } from "./read-body.ts";
import { BOMBORA, type FileTaken, receiveFile } from "./receive-file.ts";
import { type Given, readSettings } from "./settings.ts";
import type { Source } from "./sources/source.ts";
import { type TakeDeps, type Taken, take } from "./take.ts";
import { TRACK_PATH, track } from "./track.ts";
import { trackScript } from "./track-script.ts";

export type IngestDeps = TakeDeps & {
  sources: readonly Source[];
  /** Where the sources' settings are looked up by name. */
  settings: Given;
  limit: Limit;
  /** The text of track.client.js. */
  trackScript: string;
};

/** A hundred HubSpot events of usual size are 40 KB; past this, memory (128 MB for all requests) is at stake. */
const MAX_BODY_BYTES = 5_000_000;

/** Answers one request; every failure is a problem+json. Never throws. */
export async function ingest(request: Request, deps: IngestDeps): Promise<Response> {
  const { pathname } = new URL(request.url);
  const respond = () => answer(request, pathname, deps);
  return pathname === TRACK_PATH ? track(request, deps.settings, respond) : respond();
}

async function answer(request: Request, pathname: string, deps: IngestDeps): Promise<Response> {
  const correlationId = correlationOf(request.headers, deps.newEventId);
  const reading = request.method === "GET" || request.method === "HEAD";
  if (pathname === "/track.js" && reading) return trackScript(request, deps.trackScript);
  if (pathname === "/healthz" && reading) {
    return new Response(request.method === "HEAD" ? null : '{"status":"ok"}', { headers: JSON_HEADERS });
  }
  const outcome = await route(request, pathname, correlationId, deps).catch(
    (error: unknown): Failure => ({ kind: "crashed", reason: String(error) }),
  );
  if (outcome.kind === "taken") {
    const { source, receipt, body } = outcome;
    return (
      source.reply?.(receipt, body) ?? new Response(JSON.stringify(receipt), { status: 202, headers: JSON_HEADERS })
    );
  }
  if (outcome.kind === "file_taken") {
    return new Response(JSON.stringify(outcome.receipt), { status: 202, headers: JSON_HEADERS });
  }
  logFailure(outcome, correlationId, deps.log);
  return answerTo(outcome, correlationId);
}

const JSON_HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

async function route(
  request: Request,
  pathname: string,
  correlationId: string,
  deps: IngestDeps,
): Promise<Taken | FileTaken | Failure> {
  if (pathname === "/healthz" || pathname === "/track.js") return { kind: "wrong_method", allow: "GET, HEAD" };
  const [, name, secret] = /^\/hooks\/([^/]+)(?:\/([^/]+))?\/?$/.exec(pathname) ?? [];
  if (name === BOMBORA && secret === undefined) {
    return request.method === "POST"
      ? receiveFile(request, correlationId, deps)
      : { kind: "wrong_method", allow: "POST" };
  }
  const hooks = deps.sources.filter((candidate) => candidate.path === undefined);
  const source =
    deps.sources.find((candidate) => candidate.path === pathname) ?? hooks.find((candidate) => candidate.name === name);
  if (source === undefined) {
    return name === undefined
      ? { kind: "no_such_page" }
      : { kind: "unknown_source", known: [...hooks.map((hook) => hook.name), BOMBORA] };
  }
  if (secret !== undefined && !source.secretInPath) return { kind: "no_such_page" };
  if (request.method !== "POST") return { kind: "wrong_method", allow: "POST" };
  return receive(request, source, correlationId, deps);
}

async function receive(
  request: Request,
  source: Source,
  correlationId: string,
  deps: IngestDeps,
): Promise<Taken | Failure> {
  const { method, url, headers } = request;
  const receivedAtMs = deps.now();
  const settings = readSettings(source.settings, deps.settings, source.options);
  if (!settings.ok) return { kind: "not_configured", source: source.name, reason: settings.reason };
  const { maxBodyBytes = MAX_BODY_BYTES } = source;
  const body = await readBody(request, maxBodyBytes);
  if (!body.ok)
    return body.kind === "too_large" ? { kind: "too_large", maxBytes: maxBodyBytes } : { kind: "unreadable" };

  const hook = { method, url, headers, body: body.bytes };
  const verified = await source.verify(hook, settings.values, receivedAtMs);
  if (verified.kind !== "ok") return { ...verified, source: source.name };
  if (!(await withinLimits(source, hook, deps.limit))) {
    return { kind: "too_many", source: source.name, retryAfterUnit: source.retryAfterUnit };
  }
  return take({ source, headers, body: body.bytes, receivedAtMs, correlationId }, settings.values, deps);
}

/** What an operator has to look at; the rest is the sender's. */
const OURS: ReadonlySet<Failure["kind"]> = new Set(["crashed", "queue_refused", "file_refused", "not_configured"]);

function logFailure(failure: Failure, correlationId: string, log: Log): void {
  const ours = OURS.has(failure.kind);
  log(ours ? "error" : "warn", failure.kind, {
    correlation_id: correlationId,
    source: "source" in failure ? failure.source : null,
    code: "code" in failure ? failure.code : null,
    reason: "reason" in failure ? failure.reason : null,
    raw_ref: "rawRef" in failure ? failure.rawRef : null,
  });
}
