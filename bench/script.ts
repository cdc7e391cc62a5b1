// A bench that is a script of its own and prints what it found, one figure a line. Rule: it runs in a process of its own,
// so that its memory and its CPU are its own; what it measures and against what is told by its first lines.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Bench, Scale } from "./bench.ts";

type Script = Pick<Bench, "name" | "measures" | "against"> & {
  file: string;
  /** The arguments that the script takes for its counts. */
  args: Readonly<Record<Scale, readonly string[]>>;
};

export function scriptBench({ file, args, ...about }: Script): Bench {
  return {
    ...about,
    run: async (scale) => {
      // The same Node, whatever the machine's own is. A target that was missed ends it with 1, and has its figures.
      const { stdout } = await promisify(execFile)(process.execPath, [file, ...args[scale]]).catch((error: unknown) => {
        if (error instanceof Error && "stdout" in error && error.stdout !== "") return { stdout: String(error.stdout) };
        throw error;
      });
      const lines = stdout.split("\n").filter((line) => line.trim() !== "");
      const command = ["node", file, ...args[scale]].join(" ");
      return { rows: [[`\`${command}\``], ...lines.map((line) => [line.trim().replaceAll("\t", " · ")])], notes: [] };
    },
  };
}
