// All Workers and the sandbox in one `wrangler dev`: the commands, and what their noise is good for. Rule: its output
// goes to a file and is shown when something failed, or when it was asked for.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type ProcessGroup, startGroup } from "./process-group.ts";
import { WORKER_CONFIGS } from "./worker-configs.ts";

const ROOT = join(import.meta.dirname, "..");
const WRANGLER = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
export const LOG_FILE = ".wrangler/dealwire.log";
const SHOWN_LINES = 25;

export type DevServerOptions = { port: number; persistTo: string; verbose: boolean };

export type DevServer = {
  /** Applies the migrations to the local database; resolves with the exit code. */
  migrate(): ProcessGroup;
  /** Starts everything; ready when it answers over HTTP. `envFile` holds the variables and secrets. */
  serve(envFile: string): ProcessGroup;
  /** The last lines of what either has said. */
  lastLines(): string;
};

export function createDevServer({ port, persistTo, verbose }: DevServerOptions): DevServer {
  const logFile = join(ROOT, LOG_FILE);
  mkdirSync(dirname(logFile), { recursive: true });
  writeFileSync(logFile, "");
  let tail = "";
  const onOutput = (chunk: string) => {
    const text = stripVTControlCharacters(chunk);
    appendFileSync(logFile, text);
    if (verbose) process.stdout.write(chunk);
    tail = (tail + text).split("\n").slice(-SHOWN_LINES).join("\n");
  };
  // Nothing here needs the network, so nothing asks it.
  const env = { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };
  const wrangler = (...args: string[]) =>
    startGroup(process.execPath, [WRANGLER, ...args], { cwd: ROOT, env, onOutput });
  const state = ["--persist-to", resolve(persistTo)];

  return {
    migrate: () => wrangler("d1", "migrations", "apply", "dealwire", "--local", "-c", "wrangler.toml", ...state),
    serve: (envFile) =>
      wrangler(
        "dev",
        ...WORKER_CONFIGS.flatMap((config) => ["-c", config]),
        ...["--port", String(port), "--inspector-port", "0", "--env-file", envFile, ...state],
        "--show-interactive-dev-session=false",
      ),
    lastLines: () => tail.trim(),
  };
}
