// A process group ends as a whole, also where a part of it does not listen.
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { startGroup } from "./process-group.ts";

/** Prints the pids of itself and of a child of its own, and stays. */
const FAMILY = `
  const { spawn } = require("node:child_process");
  const child = spawn(process.execPath, ["-e", CHILD], { stdio: ["ignore", "inherit", "inherit"] });
  setInterval(() => {}, 1000);
`;
const stays = "console.log('pid', process.pid); setInterval(() => {}, 1000);";
const ignoresTerm = `process.on("SIGTERM", () => {}); ${stays}`;

/** Starts the family and waits until the grandchild has said its pid. */
async function startFamily(grandchild: string) {
  let output = "";
  const script = FAMILY.replace("CHILD", JSON.stringify(grandchild));
  const group = startGroup(process.execPath, ["-e", script], {
    env: process.env,
    onOutput: (chunk) => {
      output += chunk;
    },
  });
  await expect.poll(() => output).toMatch(/pid \d+\n/);
  return { group, grandchildPid: Number(/pid (\d+)/.exec(output)?.[1]) };
}

/** False for a process that ended, whether or not its parent has noticed. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") Z");
  return !/\) [ZX]/.test(stat);
}

it("ends what its command started", async () => {
  const { group, grandchildPid } = await startFamily(stays);
  expect(await isRunning(grandchildPid)).toBe(true);
  await group.stop();
  await expect.poll(() => isRunning(grandchildPid)).toBe(false);
});

it("ends by force what does not listen", async () => {
  const { group, grandchildPid } = await startFamily(ignoresTerm);
  await group.stop(200);
  await expect.poll(() => isRunning(grandchildPid)).toBe(false);
});

it("tells the exit code and the output of a command that ends by itself", async () => {
  let output = "";
  const group = startGroup(process.execPath, ["-e", "console.error('no'); process.exit(3)"], {
    env: process.env,
    onOutput: (chunk) => {
      output += chunk;
    },
  });
  expect(await group.exited).toBe(3);
  expect(output).toBe("no\n");
  await group.stop();
});

it("says that a command does not exist instead of throwing", async () => {
  let output = "";
  const group = startGroup("/nonexistent/command", [], {
    env: process.env,
    onOutput: (chunk) => {
      output += chunk;
    },
  });
  expect(await group.exited).not.toBe(0);
  expect(output).toContain("ENOENT");
  await group.stop();
});
