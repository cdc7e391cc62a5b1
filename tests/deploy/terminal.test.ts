// The questions, at a terminal: what is asked, what is never shown, and that no is no.
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSettings } from "../../scripts/deploy/settings.ts";
import type { StandIn } from "./cloudflare.ts";
import { startDeployed } from "./quick-deployment.ts";
import { CONTROL_C, runInTerminal } from "./run-in-terminal.ts";

/** Of its own, because files of tests run beside each other. */
const NAME = "dealwire-terminal";
const ENV = { DEALWIRE_NAME: NAME };
const TYPED = "typed-hubspot-token";
let standIn: StandIn;
let before: number;
const secretsOf = (worker: string) => standIn.workers.workers.get(`${NAME}-${worker}`)?.secrets;

beforeEach(async () => {
  standIn = await startDeployed(readSettings("dealwire.example.toml", null, ENV), "example.com");
  before = standIn.writes().length;
});
afterEach(async () => {
  await standIn.close();
  rmSync(`.wrangler/deploy/${NAME}`, { recursive: true, force: true });
});

test("no is no, and Ctrl-C too", async () => {
  secretsOf("enrich")?.delete("HUBSPOT_ACCESS_TOKEN");
  for (const typed of ["n\r", "\r", CONTROL_C]) {
    const { code, output } = await runInTerminal("deploy", [], [["Go on? [y/N] ", typed]], standIn, ENV);
    expect(output).toMatch(
      /put secrets of dealwire-terminal-enrich\n +secrets from you: HUBSPOT_ACCESS_TOKEN\n[\s\S]*othing was changed/,
    );
    expect(code).toBe(1);
  }
  const { code, output } = await runInTerminal(
    "deploy",
    [],
    [
      ["Go on? [y/N] ", "y\r"],
      ["HUBSPOT_ACCESS_TOKEN (docs/configuration.md#hubspot_access_token): ", CONTROL_C],
    ],
    standIn,
    ENV,
  );
  expect([code, output]).toEqual([1, expect.stringMatching(/nothing was changed/)]);
  expect(standIn.writes()).toHaveLength(before);
}, 120_000);

test("a secret is asked for until there is one, is put, and is not on the screen", async () => {
  secretsOf("enrich")?.delete("HUBSPOT_ACCESS_TOKEN");
  const question = "HUBSPOT_ACCESS_TOKEN (docs/configuration.md#hubspot_access_token): ";
  const answers = [
    ["Go on? [y/N] ", "yes\r"],
    [question, "\r"],
    [question, `${TYPED}\r`],
  ] as const;
  const { code, output } = await runInTerminal("deploy", [], answers, standIn, ENV);
  expect([code, output]).toEqual([0, expect.stringMatching(/✓ put secrets of dealwire-terminal-enrich {2}\d+\.\d s/)]);
  expect(secretsOf("enrich")?.get("HUBSPOT_ACCESS_TOKEN")).toBe(TYPED);
  expect(output).not.toContain(TYPED);
}, 120_000);

test("a rollback asks, and says from which version to which", async () => {
  const worker = standIn.workers.workers.get(`${NAME}-inbox`);
  const [first] = worker?.versions ?? [];
  if (worker === undefined || first === undefined) throw new Error("no inbox");
  worker.versions.push({ ...first, id: "the-newer-one" });
  worker.deployments.push("the-newer-one");
  const question = "Go on? [y/N] ";
  expect((await runInTerminal("rollback", ["inbox"], [[question, "n\r"]], standIn, ENV)).code).toBe(1);
  const { code, output } = await runInTerminal("rollback", ["inbox"], [[question, "y\r"]], standIn, ENV);
  expect(output).toContain("dealwire-terminal-inbox: from the-newer-one");
  expect([code, worker.deployments.at(-1)]).toEqual([0, first.id]);
}, 120_000);

test("taking down asks for the name, and for nothing less", async () => {
  const question = `Type ${NAME} to go on: `;
  const refused = await runInTerminal("destroy", [], [[question, "yes\r"]], standIn, ENV);
  expect([refused.code, refused.output]).toEqual([1, expect.stringContaining("Nothing was deleted")]);
  expect(standIn.writes()).toHaveLength(before);
  expect((await runInTerminal("destroy", [], [[question, `${NAME}\r`]], standIn, ENV)).code).toBe(0);
  expect(standIn.workers.workers.size + standIn.storage.queues.size + standIn.storage.buckets.size).toBe(0);
}, 120_000);
