// Runs a script at a terminal, as a person does: with `script`, which every Unix has, as the terminal. Rule: an answer is
// typed once its question is on the screen.
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { StandIn } from "./cloudflare.ts";
import { environment, type Ran, type Script } from "./run-script.ts";

/** What is on the screen, and what is then typed. */
export type Answer = readonly [question: string, typed: string];

export const CONTROL_C = "\u0003";

export async function runInTerminal(
  script: Script,
  args: readonly string[],
  answers: readonly Answer[],
  standIn: StandIn,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const command = [process.execPath, `scripts/${script}.ts`, "--config", "dealwire.example.toml", ...args];
  const quoted = command.map((word) => `'${word}'`).join(" ");
  const terminal =
    process.platform === "linux" ? ["-qfec", quoted, "/dev/null"] : ["-q", "/dev/null", "sh", "-c", quoted];
  const child = spawn("script", terminal, { env: { ...environment(standIn), TERM: "dumb", ...env } });
  let output = "";
  let from = 0;
  const waiting = [...answers];
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    output += String(chunk);
    const [question, typed] = waiting[0] ?? ["", ""];
    const at = waiting.length === 0 ? -1 : output.indexOf(question, from);
    if (at === -1) return;
    from = at + question.length;
    waiting.shift();
    child.stdin.write(typed);
  });
  const [code] = await once(child, "close");
  return { code: Number(code), output: output.replaceAll("\r\n", "\n") };
}
