// `npm start`: everything on this machine with one command. Applies the migrations, runs all Workers and the sandbox on
// one port, sends sample signals, shows what became of them, and stays until it is stopped. Rule: whichever way it
// ends, nothing that it started lives on.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import { secretOf } from "./deliveries.ts";
import { createDevServer, LOG_FILE } from "./dev-server.ts";
import { isPortFree } from "./free-port.ts";
import { rewriteLocalEnv } from "./local-env.ts";
import { createPaint } from "./paint.ts";
import type { ProcessGroup } from "./process-group.ts";
import { placesToLook, sampleReport, stepLine } from "./report.ts";
import { addSampleIntent } from "./sample-intent.ts";
import { addSamplePeople } from "./sample-people.ts";
import { runSamples } from "./sample-run.ts";
import { parseStartOptions, START_USAGE, type StartOptions } from "./start-options.ts";

const ROOT = join(import.meta.dirname, "..");
const MIN_NODE_MAJOR = 24;
const JOBS_EVERY_MS = 60_000;
const READY_TIMEOUT_MS = 120_000;
/** One Ctrl-C arrives twice under npm, which passes it on; a person's second one comes later. */
const SAME_KEYSTROKE_MS = 500;
/** Only a short time to live is worth waiting for. */
const MAX_FOLLOWED_TTL_SECONDS = 120;

const paint = createPaint(process.stdout, process.env);
let running: ProcessGroup | null = null;
let stopping = false;

/** Why it can't go on, for people; everything else that is thrown is a bug. */
class Failure extends Error {}

async function main(): Promise<number> {
  const parsed = parseStartOptions(process.argv.slice(2));
  if (parsed.kind === "help") {
    console.log(START_USAGE);
    return 0;
  }
  if (parsed.kind === "wrong") {
    console.error(`${parsed.message}\nSee npm start -- --help`);
    return 2;
  }
  try {
    await start(parsed.options);
    return 0;
  } catch (error) {
    if (stopping) return 0;
    if (!(error instanceof Failure)) throw error;
    console.error(paint.red(error.message));
    return 1;
  } finally {
    await running?.stop();
  }
}

async function start(options: StartOptions): Promise<void> {
  const { port, approvalTtlSeconds } = options;
  const major = Number(process.versions.node.split(".")[0]);
  if (major < MIN_NODE_MAJOR) {
    throw new Failure(
      `dealwire runs on Node ${MIN_NODE_MAJOR}, not ${process.version}: npm start brings its own after npm ci.`,
    );
  }
  if (!(await isPortFree(port))) {
    throw new Failure(
      `Port ${port} is in use: stop what uses it, or choose another with npm start -- --port ${port + 1}`,
    );
  }
  onStopSignal();

  const text = rewriteLocalEnv(readFileSync(join(ROOT, "sandbox/local.env"), "utf8"), { port, approvalTtlSeconds });
  const envFile = join(ROOT, ".wrangler/local.env");
  mkdirSync(join(ROOT, ".wrangler"), { recursive: true });
  writeFileSync(envFile, text);

  const server = createDevServer(options);
  const failed = (what: string) =>
    new Failure(`${what}. The last it said (all of it is in ${LOG_FILE}):\n${server.lastLines()}`);
  console.log(paint.dim("Applying migrations …"));
  running = server.migrate();
  if ((await running.exited) !== 0) throw failed("The migrations could not be applied");

  console.log(paint.dim("Starting the Workers and the sandbox …"));
  running = server.serve(envFile);
  const ended = running.exited.then((code) => {
    throw failed(`wrangler ended by itself${code === null ? "" : ` with code ${code}`}`);
  });
  const baseUrl = `http://localhost:${port}`;
  const ready = await Promise.race([untilReady(baseUrl), ended]);
  if (!ready) throw failed(`Nothing answers on port ${port} after ${READY_TIMEOUT_MS / 1_000} seconds`);
  console.log(`${paint.green("dealwire is up")} on ${baseUrl}`);

  await addSamplePeople((path, init) => fetch(baseUrl + path, init)).catch((error) =>
    console.error(paint.yellow(`The sample people were not added: ${String(error)}`)),
  );
  setInterval(() => runJobs(baseUrl), JOBS_EVERY_MS).unref();
  if (options.samples) await Promise.race([showSamples(baseUrl, text, options), ended]);
  console.log(`\n${placesToLook(baseUrl, paint)}\n\n${paint.dim("Ctrl-C stops everything.")}`);
  await ended;
}

/** What cron does where it is deployed. */
function runJobs(baseUrl: string): void {
  fetch(`${baseUrl}/sandbox/jobs`, { method: "POST" }).catch((error) => {
    if (!stopping) console.error(paint.yellow(`The jobs of this minute did not run: ${String(error)}`));
  });
}

async function showSamples(baseUrl: string, envText: string, { approvalTtlSeconds }: StartOptions): Promise<void> {
  console.log("\nSending sample signals:");
  const followTtl = approvalTtlSeconds !== null && approvalTtlSeconds <= MAX_FOLLOWED_TTL_SECONDS;
  const env = parseEnv(envText);
  try {
    await addSampleIntent((path, init) => fetch(baseUrl + path, init), secretOf("bombora", env), Date.now());
    const results = await runSamples({
      baseUrl,
      env,
      approvalTtlSeconds: followTtl ? approvalTtlSeconds : null,
      onStep: (title, step) => console.log(stepLine(title, step, paint)),
    });
    console.log(`\n${sampleReport(results, baseUrl, paint)}`);
  } catch (error) {
    // What runs can be used all the same.
    if (!stopping) console.error(paint.yellow(`The samples did not get through: ${String(error)}`));
  }
}

/** False when nothing answered in time. */
async function untilReady(baseUrl: string): Promise<boolean> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline && !stopping) {
    const answer = await fetch(`${baseUrl}/healthz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    if (answer?.ok) return true;
    await sleep(200);
  }
  return false;
}

function onStopSignal(): void {
  let firstAt = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (stopping && Date.now() - firstAt > SAME_KEYSTROKE_MS) process.exit(130);
      if (stopping) return;
      stopping = true;
      firstAt = Date.now();
      console.log(paint.dim("\nStopping …"));
      void running?.stop();
    });
  }
}

process.exit(await main());
