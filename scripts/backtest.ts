// `npm run backtest`: tries rules on the signals of the past, by the API of the rules, and prints the report. Exit code
// 0 when it ran to its end, 1 when it did not (also when the candidate has mistakes), 2 when the command was not
// understood.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { BacktestEvent } from "#rules/backtest-report.ts";
import { BACKTEST_USAGE, type BacktestOptions, parseBacktestOptions } from "./backtest-options.ts";
import { backtestReport } from "./backtest-report.ts";

const WHO = "Say who you are with --header; docs/rules.md shows how.";

/** Answers the exit code. */
async function main(): Promise<number> {
  const parsed = parseBacktestOptions(process.argv.slice(2));
  switch (parsed.kind) {
    case "help":
      console.log(BACKTEST_USAGE);
      return 0;
    case "wrong":
      console.error(`${parsed.message}\nSee npm run backtest -- --help`);
      return 2;
    case "run":
      return run(parsed.options);
  }
}

async function run(options: BacktestOptions): Promise<number> {
  try {
    const document = options.candidate === null ? null : readFileSync(options.candidate, "utf8");
    const response = await fetch(`${options.baseUrl}/api/rules/backtest`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/x-ndjson", ...options.headers },
      body: JSON.stringify({ document, days: options.days }),
    });
    if (!response.ok || response.body === null) {
      console.error(refusal(options.candidate, response.status, await response.text()));
      return 1;
    }
    if (!response.headers.get("content-type")?.startsWith("application/x-ndjson")) {
      console.error(`${options.baseUrl} answered something else: is a sign-in in front of it? ${WHO}`);
      return 1;
    }
    for await (const line of createInterface({ input: Readable.from(decoded(response.body)) })) {
      if (line.trim() === "") continue;
      if (options.json) console.log(line);
      const event = BacktestEvent.parse(JSON.parse(line));
      if (event.kind === "failed") {
        console.error(`The signals could not be read to the end: ${event.reason}`);
        return 1;
      }
      if (event.kind === "progress") showProgress(event.evaluated, event.total);
      else {
        if (!options.json) console.log(backtestReport(event.summary));
        return 0;
      }
    }
    console.error("The answer broke off before its summary; run it again.");
    return 1;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const refused = cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED";
    console.error(refused ? `Nothing listens at ${options.baseUrl}: run npm start first.` : String(cause));
    return 1;
  }
}

async function* decoded(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of body) yield decoder.decode(bytes, { stream: true });
}

/** On standard error, so that `--json` and a redirected report stay clean. */
function showProgress(evaluated: number, total: number | null): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r${evaluated}${total === null ? "" : ` of ${total}`} signals`);
  if (evaluated === total) process.stderr.write("\n");
}

/** The mistakes of the candidate as `file:line:column`, which editors and terminals open; else what the API says. */
function refusal(candidate: string | null, status: number, text: string): string {
  const { problems = [], detail } = problemIn(text);
  if (problems.length > 0) {
    return problems.map(({ line, column, message }) => `${candidate}:${line}:${column} ${message}`).join("\n");
  }
  return `${status}: ${detail ?? text}${status === 401 ? ` ${WHO}` : ""}`;
}

type Place = { line: number; column: number; message: string };
type Refused = { problems?: readonly Place[]; detail?: string };

function problemIn(text: string): Refused {
  try {
    const answer: Refused = JSON.parse(text);
    return answer;
  } catch {
    return {};
  }
}

process.exitCode = await main();
