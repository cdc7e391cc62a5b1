// The options of `npm start`. Rule: a mistake is answered in one sentence that names it, and a hint.
import { parseArgs } from "node:util";
import { parseDuration } from "./duration.ts";

export const START_USAGE = `Usage: npm start -- [options]

Runs every Worker and the sandbox on this machine, sends sample signals and shows what became of them.

  --port <number>        one port for everything (default 8787)
  --approval-ttl <time>  how long an action waits for a person: 20s, 5m, 4h (default 4h)
  --no-samples           send nothing
  --persist-to <folder>  where databases and objects are kept (default .wrangler/state)
  --verbose              show all that the Workers log
  --help                 this text`;

export type StartOptions = {
  samples: boolean;
  port: number;
  /** Null: as sandbox/local.env says. */
  approvalTtlSeconds: number | null;
  persistTo: string;
  verbose: boolean;
};

export type ParsedStart =
  | { kind: "start"; options: StartOptions }
  | { kind: "help" }
  | { kind: "wrong"; message: string };

/** An approval lives at most 30 days (contract/action.ts). */
const MAX_TTL_SECONDS = 30 * 86_400;

export function parseStartOptions(args: readonly string[]): ParsedStart {
  const read = readArgs(args);
  if (typeof read === "string") return { kind: "wrong", message: read };
  if (read.help) return { kind: "help" };
  const port = /^\d{1,5}$/.test(read.port) ? Number(read.port) : 0;
  if (port < 1 || port > 65_535)
    return { kind: "wrong", message: `--port takes a number from 1 to 65535, not "${read.port}".` };
  const ttl = read["approval-ttl"];
  const approvalTtlSeconds = ttl === undefined ? null : parseDuration(ttl);
  if (ttl !== undefined && (approvalTtlSeconds === null || approvalTtlSeconds > MAX_TTL_SECONDS)) {
    return { kind: "wrong", message: `--approval-ttl takes a time such as 20s, 5m or 4h, up to 720h, not "${ttl}".` };
  }
  const { "no-samples": noSamples, "persist-to": persistTo, verbose } = read;
  return { kind: "start", options: { samples: !noSamples, port, approvalTtlSeconds, persistTo, verbose } };
}

/** The values as text, or the sentence that says which argument is wrong. */
function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      options: {
        "no-samples": { type: "boolean", default: false },
        port: { type: "string", default: "8787" },
        "approval-ttl": { type: "string" },
        "persist-to": { type: "string", default: ".wrangler/state" },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    return firstSentence(error);
  }
}

/** parseArgs explains at length; its first sentence names the argument. */
export function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${message.split(/\.\s|\n/)[0]?.replace(/\.$/, "")}.`;
}
