// `npm run signal -- <source> <sample>`: sends one signed sample webhook and prints the answer. Exit code 0 when it was
// accepted, 1 when it was not, 2 when the command was not understood.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { SAMPLE_SOURCES, secretOf } from "./deliveries.ts";
import type { Delivery } from "./delivery.ts";
import { listSamples, readSample } from "./sample-files.ts";
import { parseSignalOptions, SIGNAL_USAGE, type SignalOptions } from "./signal-options.ts";

const LOCAL_ENV = join(import.meta.dirname, "../sandbox/local.env");
const TIMEOUT_MS = 30_000;

/** Answers the exit code. */
async function main(): Promise<number> {
  const parsed = parseSignalOptions(process.argv.slice(2));
  switch (parsed.kind) {
    case "help":
      console.log(SIGNAL_USAGE);
      return 0;
    case "list":
      console.log(listSamples());
      return 0;
    case "wrong":
      console.error(`${parsed.message}\nSee npm run signal -- --help`);
      return 2;
    case "send":
      return send(parsed.options);
  }
}

async function send({ source, sample: name, baseUrl, secret: given, assignments, times }: SignalOptions) {
  const secret = given ?? secretOf(source, parseEnv(readFileSync(LOCAL_ENV, "utf8")));
  const sample = readSample(source, name);
  let exitCode = 0;
  for (let sent = 0; sent < times; sent += 1) {
    const input = { sample, assignments, baseUrl, secret, nowMs: Date.now(), newId: randomUUID };
    const accepted = await post(SAMPLE_SOURCES[source].deliver(input));
    if (accepted === null) return 1;
    if (!accepted) exitCode = 1;
  }
  return exitCode;
}

/** True when it was accepted; null when nobody answered. */
async function post({ url, headers, body }: Delivery): Promise<boolean | null> {
  try {
    const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    console.log(`${response.status} ${await response.text()}`);
    return response.ok;
  } catch (error) {
    const { origin } = new URL(url);
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const refused = cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED";
    console.error(
      refused ? `Nothing listens at ${origin}: run npm start first.` : `No answer from ${origin}: ${cause}`,
    );
    return null;
  }
}

process.exitCode = await main();
