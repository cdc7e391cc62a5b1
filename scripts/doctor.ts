// `npm run doctor`: looks for what is wrong with a running dealwire, here or deployed, and says what to do. Exit code 0
// when nothing failed, 1 when something did, 2 when the command was not understood. Rule: it changes nothing; the one thing
// that it sends is a test signal whose action calls nobody.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createAsk } from "./doctor/ask.ts";
import { examine } from "./doctor/examine.ts";
import { exitCodeOf, type Finding, findingsOf } from "./doctor/finding.ts";
import { readGiven } from "./doctor/given.ts";
import { DOCTOR_USAGE, type DoctorOptions, parseDoctorOptions } from "./doctor/options.ts";
import { linesOf, summaryOf } from "./doctor/print.ts";
import { readClone } from "./doctor/read-clone.ts";
import { examineAccount, readStage } from "./doctor/read-deployment.ts";
import { createPaint } from "./paint.ts";

const ROOT = join(import.meta.dirname, "..");

/** Answers the exit code. */
async function main(): Promise<number> {
  const parsed = parseDoctorOptions(process.argv.slice(2));
  if (parsed.kind === "help") {
    console.log(DOCTOR_USAGE);
    return 0;
  }
  if (parsed.kind === "wrong") {
    console.error(`${parsed.message}\nSee npm run doctor -- --help`);
    return 2;
  }
  const { options } = parsed;
  const paint = createPaint(process.stdout, process.env);
  const all: Finding[] = [];
  for await (const findings of everything(options)) {
    all.push(...findings);
    if (!options.json) for (const line of linesOf(findings, paint)) console.log(line);
  }
  console.log(options.json ? JSON.stringify({ findings: all }, null, 2) : `\n${summaryOf(all)}`);
  return exitCodeOf(all);
}

async function* everything(options: DoctorOptions): AsyncGenerator<Finding[]> {
  const stage = options.account ? readStage(options, process.env) : null;
  if (stage?.ok === false) {
    yield [findingsOf("account")("failure", options.config, stage.reason, "See dealwire.example.toml.")];
  }
  const settings = stage?.ok === true ? stage.settings : null;
  if (settings !== null) yield await examineAccount(ROOT, settings, process.env);
  const given = readGiven(ROOT, options, process.env, settings?.vars ?? {});
  const ask = createAsk(options.baseUrl, options.headers, fetch);
  const ports = { ask, fetch, now: Date.now, sleep: (ms: number) => sleep(ms), newId: randomUUID };
  yield* examine({ given, clone: readClone(ROOT), timeoutMs: options.timeoutMs }, ports);
}

process.exitCode = await main();
