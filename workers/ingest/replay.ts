// Reads a raw body again, with the adapter as it is now, and publishes what it says. Rules: its time of arrival is that of
// the first time, so every id and message is too, and what was done is not done twice; what still can't be read is a dead
// letter that says why.
import type { Event } from "#contract/envelope.ts";
import type { RawReplay } from "#contract/raw-replay.ts";
import type { BatchHandler } from "#runtime/consume.ts";
import { eachEvent } from "#runtime/each-event.ts";
import type { Log } from "#runtime/log.ts";
import { done, type Outcome, reject, retry } from "#runtime/outcome.ts";
import type { EnvelopePorts, Publish } from "#runtime/publish.ts";
import { type GetRaw, readRaw } from "#runtime/read-raw.ts";
import { intakeOf } from "./intake.ts";
import { publishIntake } from "./publish-intake.ts";
import { readText } from "./read-text.ts";
import { type Given, readSettings } from "./settings.ts";
import type { Source } from "./sources/source.ts";

export type ReplayDeps = EnvelopePorts & {
  sources: readonly Source[];
  settings: Given;
  publish: Publish;
  getRaw: GetRaw;
  log: Log;
};

export function createReplay(deps: ReplayDeps): BatchHandler<RawReplay> {
  return eachEvent((event) => replay(event, deps), deps.log);
}

async function replay({ payload, correlation_id, event_id }: Event<RawReplay>, deps: ReplayDeps): Promise<Outcome> {
  const { key, requested_by } = payload;
  const raw = await readRaw(key, deps.getRaw);
  if (!raw.ok) return raw.outcome;
  const { body, metadata, headers } = raw.kept;
  const { source: name, received_at } = metadata;
  const source = deps.sources.find((candidate) => candidate.name === name);
  if (source === undefined) return reject("unknown_type", `the source ${name} of ${key} is not served here any more`);
  const settings = readSettings(source.settings, deps.settings, source.options);
  if (!settings.ok) return reject("credentials", settings.reason);

  const text = readText(body);
  if (text === null) return reject("invalid_event", `${key} is not valid UTF-8, so no adapter can read it`);
  const normalized = source.normalize(text, { headers, receivedAt: received_at, settings: settings.values });
  if (!normalized.ok) {
    const [first] = normalized.errors;
    const reason = `at ${first?.pointer || "the top"}: ${first?.detail ?? "not understood"}`;
    return reject("invalid_event", `${key} is still not understood by ${name}: ${reason}`);
  }
  const arrival = {
    source,
    receivedAtMs: Date.parse(received_at),
    correlationId: metadata.correlation_id,
    rawRef: key,
    replay: { requestedBy: requested_by, eventId: event_id },
  };
  const intake = await intakeOf(normalized.readings, arrival, deps);
  const refused = await publishIntake(intake, source.lane, deps.publish);
  if (refused !== null) return retry(`a queue refused what ${key} says: ${refused}`);
  const counts = { accepted: intake.signals.length, ignored: intake.ignored.length, rejected: intake.dead.length };
  deps.log("info", "replayed", { source: name, raw_ref: key, ...counts, correlation_id });
  return done();
}
