// A command that starts others (wrangler starts workerd), run as a process group of its own. Rule: when it ends, all of
// it ends: stopped, failed or left behind by this process, no part of it keeps the port.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 50;

export type ProcessGroup = {
  /** Resolves when the command itself has ended, with its exit code or null after a signal. */
  exited: Promise<number | null>;
  /** Asks the group to end, ends it by force after `graceMs`, and resolves when it is gone. */
  stop(graceMs?: number): Promise<void>;
  /** Ends the group by force, at once. */
  kill(): void;
};

export type GroupOptions = { cwd?: string; env: NodeJS.ProcessEnv; onOutput(chunk: string): void };

export function startGroup(command: string, args: readonly string[], options: GroupOptions): ProcessGroup {
  const { onOutput, ...where } = options;
  const child = spawn(command, args, { ...where, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", onOutput);
  const kill = () => {
    signalGroup(child, "SIGKILL");
  };
  // The last resort, for ways to exit that wait for nothing.
  process.once("exit", kill);
  return {
    exited: exitOf(child, onOutput),
    kill,
    async stop(graceMs = 5_000) {
      signalGroup(child, "SIGTERM");
      for (let waited = 0; waited < graceMs && signalGroup(child, 0); waited += POLL_MS) await sleep(POLL_MS);
      kill();
      process.off("exit", kill);
    },
  };
}

async function exitOf(child: ChildProcess, onOutput: (chunk: string) => void): Promise<number | null> {
  try {
    await once(child, "exit");
  } catch (error) {
    onOutput(`${String(error)}\n`);
  }
  return child.exitCode;
}

/** False when no process of the group is left. Signal 0 only asks. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
