// What is refused, and what a deployment leaves behind when it is taken down: on accounts that begin with something.
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { messagesOf, type Release } from "../../scripts/deploy/release.ts";
import { type Call, type StandIn, startCloudflare } from "./cloudflare.ts";
import { runScript } from "./run-script.ts";

let standIn: StandIn | null = null;
afterEach(() => standIn?.close());

async function start(): Promise<StandIn> {
  standIn = await startCloudflare("example.com");
  return standIn;
}

const api = (to: StandIn, method: string, path: string, body: unknown) =>
  to.handle({ method, path }, new URLSearchParams(), body);

type Messages = Pick<Release, "reads" | "sends">;

function upload(to: StandIn, worker: Parameters<typeof messagesOf>[0], messages: Messages = messagesOf(worker)): void {
  const release = { version: "0.0.1", digest: "older", ...messages };
  const bindings = [{ name: "DEALWIRE_RELEASE", type: "plain_text", text: JSON.stringify(release) }];
  api(to, "PUT", `/workers/scripts/dealwire-${worker}`, { bindings });
}

function queue(to: StandIn, name: string, consumer?: string): void {
  api(to, "POST", "/queues", { queue_name: name, settings: { message_retention_period: 86_400 } });
  const id = to.storage.queues.get(name)?.id;
  if (consumer !== undefined) api(to, "POST", `/queues/${id}/consumers`, { script_name: consumer });
}

test("the plan for an empty account is the one in docs/deploying.md", async () => {
  const to = await start();
  const { code, output } = await runScript("deploy", ["--plan"], to);
  expect(code).toBe(0);
  expect(to.writes()).toEqual([]);
  // To write it anew: npx vitest run tests/deploy/layers.test.ts -u
  const printed = /(?<=```text\n\$ npm run deploy -- --plan\n)[\s\S]*?(?=```)/;
  const page = readFileSync("docs/deploying.md", "utf8");
  expect(page).toMatch(printed);
  await expect(page.replace(printed, () => output)).toMatchFileSnapshot("../../docs/deploying.md");
});

test("a layer whose messages the deployed reader would not understand is refused, by name and version", async () => {
  const to = await start();
  upload(to, "state");
  upload(to, "execute", { ...messagesOf("execute"), reads: { ...messagesOf("execute").reads, "plan.decided": 1 } });
  const { code, output } = await runScript("deploy", ["decide", "--plan"], to);
  expect(code).toBe(1);
  expect(output).toMatch(/decide sends plan\.decided v2, and execute reads it up to v1\nDeploy execute first, or/);
  expect((await runScript("deploy", ["decide", "--plan", "--anyway"], to)).code).toBe(0);
});

test("on an upgrade whoever reads the newer message goes before whoever sends it, the state Worker included", async () => {
  const to = await start();
  upload(to, "state");
  upload(to, "execute", { ...messagesOf("execute"), reads: { ...messagesOf("execute").reads, "action.released": 1 } });
  const { output } = await runScript("deploy", ["--plan"], to);
  expect(output.indexOf("deploy dealwire-execute")).toBeGreaterThan(0);
  expect(output.indexOf("deploy dealwire-execute")).toBeLessThan(output.indexOf("deploy dealwire-state"));
});

test("a version is not put back that would not understand what is sent to it", async () => {
  const to = await start();
  upload(to, "enrich");
  upload(to, "decide", { ...messagesOf("decide"), reads: { "signal.enriched": 1 } });
  upload(to, "decide");
  const refused = await runScript("rollback", ["decide", "--yes"], to);
  expect(refused).toMatchObject({
    code: 1,
    output: expect.stringContaining("enrich sends signal.enriched v2, and decide reads"),
  });
  expect(to.writes()).toEqual([]);
  expect(await runScript("rollback", ["decide", "--yes", "--anyway"], to)).toMatchObject({ code: 0 });
});

test("a deployment is taken down after its name was given and its queues are empty; a bucket with files stays", async () => {
  const to = await start();
  upload(to, "state");
  upload(to, "ledger");
  queue(to, "dealwire-audit", "dealwire-ledger");
  queue(to, "somebody-elses");
  api(to, "POST", "/d1/database", { name: "dealwire" });
  api(to, "POST", "/r2/buckets", { name: "dealwire-raw" });
  api(to, "POST", "/r2/buckets", { name: "dealwire-trail" });
  const trail = to.storage.buckets.get("dealwire-trail");
  if (trail !== undefined) trail.files = 1;
  const audit = to.storage.queues.get("dealwire-audit");
  if (audit !== undefined) audit.backlog = 3;

  const waiting = await runScript("destroy", ["--yes", "--name", "dealwire"], to);
  expect(waiting).toMatchObject({ code: 1, output: expect.stringMatching(/dealwire-audit: 3\n.*--with-messages/) });
  const unnamed = await runScript("destroy", ["--yes", "--with-messages"], to);
  expect(unnamed).toMatchObject({
    code: 1,
    output: expect.stringContaining("Nothing was deleted: the name to give is dealwire"),
  });
  expect(to.writes()).toEqual([]);

  const isLast = ({ method, path }: Call) => method === "DELETE" && path === "/workers/scripts/dealwire-state";
  to.interrupt = (call) => (isLast(call) ? "before" : null);
  const interrupted = await runScript("destroy", ["--yes", "--name", "dealwire", "--with-messages"], to);
  expect(interrupted).toMatchObject({ code: 1, output: expect.stringContaining("Could not delete dealwire-state") });
  to.interrupt = () => null;
  const done = await runScript("destroy", ["--yes", "--name", "dealwire", "--with-messages"], to);
  expect(done).toMatchObject({ code: 0, output: expect.stringContaining("dealwire-trail holds files and stays") });
  expect([...to.workers.workers.keys(), ...to.storage.databases.keys()]).toEqual([]);
  expect([...to.storage.queues.keys()]).toEqual(["somebody-elses"]);
  expect([...to.storage.buckets.keys()]).toEqual(["dealwire-trail"]);
});

test("without a terminal and --yes nothing is done, and an unknown layer is named", async () => {
  const to = await start();
  expect(await runScript("deploy", [], to)).toMatchObject({ code: 1, output: expect.stringContaining("add --yes") });
  expect(await runScript("deploy", ["desks"], to)).toMatchObject({
    code: 2,
    output: expect.stringContaining('no layer "desks"'),
  });
  const { code, output } = await runScript("deploy", ["--yes"], to, { DEALWIRE_SYSTEMS: "gmail" });
  expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining("GMAIL_SERVICE_ACCOUNT") });
  expect(to.writes()).toEqual([]);
});
