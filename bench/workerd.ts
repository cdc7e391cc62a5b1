// The workerd processes that this process started, as the kernel sees them. Rule: Linux only, read from /proc; elsewhere
// there are none and nothing is told of memory or CPU.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

/** The kernel counts CPU time in hundredths of a second. */
const TICK_MS = 10;

const statOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    // Processes end while they are listed.
    return "";
  }
};

/** Their process ids. */
export function workerds(): string[] {
  if (!existsSync("/proc")) return [];
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => [pid, /\) \S (\d+)/.exec(statOf(pid))?.[1]] as const),
  );
  const isOurs = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === String(process.pid) || isOurs(parents.get(pid)));
  return [...parents.keys()].filter((pid) => statOf(pid).includes("(workerd)") && isOurs(pid));
}

/** Peak resident set since `resetPeak`, in MB, of the largest. */
export function peakMb(pids: readonly string[]): number {
  const peaks = pids.map((pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0));
  return Math.max(0, ...peaks) / 1_024;
}

export function resetPeak(pids: readonly string[]): void {
  for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** CPU time that they have used so far, in milliseconds. */
export function cpuMs(pids: readonly string[]): number {
  return pids.reduce((sum, pid) => {
    const [user = 0, system = 0] = statOf(pid)
      .replace(/^.*\) /, "")
      .split(" ")
      .slice(11, 13)
      .map(Number);
    return sum + (user + system) * TICK_MS;
  }, 0);
}
