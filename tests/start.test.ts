// `npm start` as a person uses it: up with one command, gone with Ctrl-C, and what waited still waits after a restart.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterEach, expect, test } from "vitest";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { signHubspot } from "../scripts/sign-hubspot.ts";
import { dealChange } from "./support/deals.ts";

const PORT = 8931;
const ORIGIN = `http://localhost:${PORT}`;
const state = mkdtempSync(join(tmpdir(), "dealwire-start-"));
let running: { child: ChildProcess; output: () => string } | null = null;

function start(...options: string[]) {
  const args = ["scripts/start.ts", "--port", String(PORT), "--persist-to", state, ...options];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  child.stdout.on("data", (chunk) => (text += String(chunk)));
  child.stderr.on("data", (chunk) => (text += String(chunk)));
  running = { child, output: () => text };
  return running;
}

const exited = (child: ChildProcess) =>
  new Promise<number | null>((resolve) =>
    child.exitCode === null ? child.once("exit", resolve) : resolve(child.exitCode),
  );

async function until<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 90_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const seen = await Promise.resolve(probe()).catch(() => undefined);
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`never saw ${what}:\n${running?.output()}`);
}

const up = () =>
  until("the end of the start", () => running?.output().includes("Ctrl-C stops everything") || undefined);

/** Everything that runs from this start's state folder; its path is on the command line of all of them. */
const leftovers = () =>
  execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(state) && !line.includes("ps -eo"));

afterEach(async () => {
  if (running !== null && running.child.exitCode === null) {
    running.child.kill("SIGINT");
    await exited(running.child);
  }
  rmSync(state, { recursive: true, force: true });
});

test("what waits for a person survives a restart and still fires, and Ctrl-C leaves nothing behind", async () => {
  const first = start("--no-samples", "--approval-ttl", "40s");
  await up();
  const secret = parseEnv(readFileSync("sandbox/local.env", "utf8")).HUBSPOT_CLIENT_SECRET ?? "";
  const url = `${ORIGIN}/hooks/hubspot`;
  const body = JSON.stringify([dealChange("332507367156")]);
  const headers = await signHubspot({ secret, method: "POST", url, body, timestamp: Date.now() });
  const answer = await fetch(url, { method: "POST", headers, body });
  expect(answer.status).toBe(202);
  const { signals }: { signals: { signal_id: string }[] } = JSON.parse(await answer.text());
  const actionIn = async (wanted: ActionSnapshot["state"]) => {
    const view = await fetch(`${ORIGIN}/api/signals/${signals[0]?.signal_id}`);
    const { actions }: { actions: ActionSnapshot[] } = JSON.parse(await view.text());
    return actions.find((each) => each.state === wanted);
  };
  const pending = await until("the pending action", () => actionIn("pending"));

  expect(leftovers()).not.toEqual([]);
  first.child.kill("SIGINT");
  expect(await exited(first.child)).toBe(0);
  expect(leftovers()).toEqual([]);
  await expect(fetch(ORIGIN)).rejects.toThrow();

  start("--no-samples");
  await up();
  const still = await until(
    "the action after the restart",
    async () => (await actionIn("pending")) ?? actionIn("executed"),
  );
  expect(still.action.action_id).toBe(pending.action.action_id);
  const fired = await until("the unattended run", () => actionIn("executed"));
  expect(fired).toMatchObject({ released_by: "timeout", action: { action_id: pending.action.action_id } });
}, 240_000);

test("a port in use gives one clear sentence", async () => {
  const taken = createServer().listen(PORT, "127.0.0.1");
  try {
    const { child, output } = start();
    expect(await exited(child)).toBe(1);
    expect(output().trim().split("\n")).toEqual([expect.stringMatching(/^Port 8931 is in use: .*--port 8932$/)]);
  } finally {
    taken.close();
  }
});

test("an option that does not exist is named, with a hint", async () => {
  const { child, output } = start("--prot", "1");
  expect(await exited(child)).toBe(2);
  expect(output()).toMatch(/--prot.*\n.*--help/);
});
