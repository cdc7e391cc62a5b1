// The edge of the pipeline: verifies a webhook, reads it, publishes its signals and answers. Rules: nothing is answered
// with 2xx before the queues took it; nothing that was not verified is read; everything is idempotent by the ids of the
// signals, so a sender may repeat whatever was not answered with 2xx.
import type { SignalIdentity } from "#contract/signal-received.ts";
import type { Log } from "#runtime/log.ts";
import type { EnvelopePorts, Publish } from "#runtime/publish.ts";
import { answerTo, type Failure } from "./answers.ts";
import { correlationOf } from "./correlation.ts";
import { type Intake, intakeOf } from "./intake.ts";
import { readBody } from "./read-body.ts";
import { type Given, readSettings } from "./settings.ts";
import type { Source } from "./sources/source.ts";
import { TRACK_PATH, track } from "./track.ts";
import { trackScript } from "./track-script.ts";

export type IngestDeps = EnvelopePorts & {
  sources: readonly Source[];
  /** Where the sources' settings are looked up by name. */
  settings: Given;
  publish: Publish;
  /** Whether one more request of this key is within its limit. */
  limit(key: string): Promise<boolean>;
  /** The text of track.client.js. */
  trackScript: string;
  log: Log;
};

type Receipt = { accepted: number; ignored: number; rejected: number; signals: readonly SignalIdentity[] };
type Taken = { kind: "taken"; source: Source; receipt: Receipt; body: string };

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
  logFailure(outcome, correlationId, deps.log);
  return answerTo(outcome, correlationId);
}

const JSON_HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

async function route(
  request: Request,
  pathname: string,
  correlationId: string,
  deps: IngestDeps,
): Promise<Taken | Failure> {
  if (pathname === "/healthz" || pathname === "/track.js") return { kind: "wrong_method", allow: "GET, HEAD" };
  const [, name, secret] = /^\/hooks\/([^/]+)(?:\/([^/]+))?\/?$/.exec(pathname) ?? [];
  const hooks = deps.sources.filter((candidate) => candidate.path === undefined);
  const source =
    deps.sources.find((candidate) => candidate.path === pathname) ?? hooks.find((candidate) => candidate.name === name);
  if (source === undefined) {
    return name === undefined
      ? { kind: "no_such_page" }
      : { kind: "unknown_source", known: hooks.map((hook) => hook.name) };
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
  const limitKey = source.limitKey?.(hook);
  // A limiter that is down limits nobody.
  if (limitKey !== undefined && !(await deps.limit(`${source.name}:${limitKey}`).catch(() => true))) {
    return { kind: "too_many" };
  }

  const text = decodeUtf8(body.bytes);
  if (text === null) return { kind: "not_utf8" };
  const normalized = source.normalize(text, {
    headers,
    receivedAt: new Date(receivedAtMs).toISOString(),
    settings: settings.values,
  });
  if (!normalized.ok) return { kind: "not_understood", source: source.name, errors: normalized.errors };

  const intake = await intakeOf(normalized.readings, source, receivedAtMs, correlationId, deps);
  const refusal = await publishAll(intake, source, deps);
  if (refusal !== null) return refusal;
  const receipt = receiptOf(intake);
  const { accepted, ignored, rejected } = receipt;
  const names = [...new Set(intake.ignored)].join(" ").slice(0, 500);
  const fields = { source: source.name, accepted, ignored, ignored_names: names, rejected };
  deps.log(rejected > 0 ? "warn" : "info", "received", { ...fields, correlation_id: correlationId });
  return { kind: "taken", source, receipt, body: text };
}

/** Signals first: a trail without its signal would wait for ever, a signal whose step is late is only redelivered. */
async function publishAll(intake: Intake, source: Source, { publish }: IngestDeps): Promise<Failure | null> {
  try {
    await publish(source.lane, intake.signals);
    await publish("audit", intake.steps);
    await publish("signals-dead", intake.dead);
    return null;
  } catch (error) {
    return { kind: "queue_refused", reason: String(error) };
  }
}

function receiptOf({ identities, ignored, dead }: Intake): Receipt {
  return { accepted: identities.length, ignored: ignored.length, rejected: dead.length, signals: identities };
}

/** Null for bytes that are not UTF-8: guessing would change what was signed. */
function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}

function logFailure(failure: Failure, correlationId: string, log: Log): void {
  const ours = failure.kind === "crashed" || failure.kind === "queue_refused" || failure.kind === "not_configured";
  log(ours ? "error" : "warn", failure.kind, {
    correlation_id: correlationId,
    source: "source" in failure ? failure.source : null,
    code: "code" in failure ? failure.code : null,
    reason: "reason" in failure ? failure.reason : null,
  });
}
