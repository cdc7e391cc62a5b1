// What deploy, rollback and destroy have in common: options, failures in words, and steps with how long each took. Rule: a
// failure names the step, the reason and the command that continues.
import { createPaint } from "../paint.ts";
import { Refused } from "./cloudflare.ts";
import { Failure } from "./failure.ts";
import type { Options, ParsedOptions } from "./options.ts";
import { createPrompt, type Prompt } from "./prompt.ts";

export const paint = createPaint(process.stdout, process.env);

/** Null with --yes. Throws where there is a question and nobody to answer it. */
export function promptFor({ yes }: Options): Prompt | null {
  if (yes) return null;
  const prompt = createPrompt(process.stdin, process.stdout);
  if (!prompt.possible) throw new Failure("There is no terminal to ask on: add --yes, or look first with --plan.");
  return prompt;
}

/** Runs the command and answers its exit code. */
export async function runCommand(
  parsed: ParsedOptions,
  usage: string,
  command: (options: Options) => Promise<void>,
): Promise<number> {
  if (parsed.kind === "help") {
    console.log(usage);
    return 0;
  }
  if (parsed.kind === "wrong") {
    console.error(`${parsed.message}\nSee --help.`);
    return 2;
  }
  try {
    await command(parsed.options);
    return 0;
  } catch (error) {
    if (!(error instanceof Failure || error instanceof Refused)) throw error;
    console.error(paint.red(error.message));
    return 1;
  }
}

/** Back to its start, and empty. */
const START_OF_LINE = "\r\u001b[K";

/** Takes one step and says how long it took, at a terminal also while it runs; a failure names it, and `again` continues. */
export async function timed(what: string, again: string, step: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  const { isTTY: isShown, columns } = process.stdout;
  // One row of the terminal, so that it can be taken back.
  if (isShown) process.stdout.write(paint.dim(`  … ${what}`.slice(0, columns - 1)));
  try {
    await step();
  } catch (error) {
    if (isShown) process.stdout.write("\n");
    const reason = reasonOf(error);
    if (reason === null) throw error;
    throw new Failure(`Could not ${what}:\n${reason}\nWhat was done stays done. To continue: ${again}`);
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  if (isShown) process.stdout.write(START_OF_LINE);
  console.log(`  ${paint.green("✓")} ${what}  ${paint.dim(`${seconds} s`)}`);
}

/** Null for a bug. What `fetch` throws when nobody answers is a TypeError or a TimeoutError. */
function reasonOf(error: unknown): string | null {
  if (error instanceof Failure || error instanceof Refused) return error.message;
  if (!(error instanceof Error)) return null;
  if (error.name !== "TimeoutError" && error.message !== "fetch failed") return null;
  return `Cloudflare can't be reached: ${String(error.cause ?? error)}`;
}

/** The command line that does the same again. */
export function commandLine(command: string, { layer, stage, config, yes }: Options): string {
  const words = [
    ...(layer === null ? [] : [layer]),
    ...(stage === null ? [] : ["--stage", stage]),
    ...(config === "dealwire.toml" ? [] : ["--config", config]),
    ...(yes ? ["--yes"] : []),
  ];
  return `npm run ${command}${words.length === 0 ? "" : ` -- ${words.join(" ")}`}`;
}
