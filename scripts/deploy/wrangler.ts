// Runs wrangler. Rule: a secret goes in through standard input only, never as an argument or a file, and what wrangler says
// is shown only when it failed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { Failure } from "./failure.ts";

/** Workers Builds sets them for the one Worker that it knows; with them wrangler would deploy all of ours as that one. */
const OF_ONE_WORKER = ["WRANGLER_CI_OVERRIDE_NAME", "WRANGLER_CI_MATCH_TAG"];

export type Wrangler = (args: readonly string[], input?: string) => Promise<string>;

export function createWrangler(root: string, login: Readonly<Record<string, string>>): Wrangler {
  const binary = join(root, "node_modules/wrangler/bin/wrangler.js");
  const inherited = { ...process.env };
  for (const name of OF_ONE_WORKER) delete inherited[name];
  const env = {
    ...inherited,
    ...login,
    CI: "1",
    NO_COLOR: "1",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
  };
  return async (args, input) => {
    // Node's own pipe is a socket, which `--secrets-file /dev/stdin` can't open; the shell's is a pipe.
    const command = ["-c", input === undefined ? '"$@"' : 'cat | "$@"', "sh", process.execPath, binary, ...args];
    const child = spawn("sh", command, {
      cwd: root,
      env,
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    let said = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk) => (said += String(chunk)));
    child.stderr?.setEncoding("utf8").on("data", (chunk) => (said += String(chunk)));
    // A wrangler that ends before it has read everything breaks the pipe; its exit code says why.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
    const [code] = await once(child, "close");
    if (code !== 0) throw new Failure(reasonIn(stripVTControlCharacters(said)));
    return said;
  };
}

/** The lines around wrangler's own "ERROR", or the last that it said. */
function reasonIn(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "" && !line.includes("Logs were written"));
  const from = lines.findIndex((line) => line.includes("[ERROR]"));
  const shown = from === -1 ? lines.slice(-6) : lines.slice(from, from + 6);
  return shown.map((line) => line.replace(/^.*\[ERROR\]\s*/, "").trim()).join("\n");
}
