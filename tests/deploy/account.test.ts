// Who deploys into which account, what the account lacks for it, and what the doctor says of it afterwards.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import * as z from "zod";
import { readSettings } from "../../scripts/deploy/settings.ts";
import { type StandIn, startCloudflare, TOKEN } from "./cloudflare.ts";
import { startDeployed } from "./quick-deployment.ts";
import { environment, runScript } from "./run-script.ts";

const home = mkdtempSync(join(tmpdir(), "dealwire-home-"));
/** Of its own, because files of tests run beside each other. */
const ENV = { DEALWIRE_NAME: "dealwire-account" };
const settings = readSettings("dealwire.example.toml", null, ENV);
let standIn: StandIn;
afterEach(async () => {
  expect([...standIn.otherHosts]).toEqual([]);
  await standIn.close();
  for (const folder of [home, `.wrangler/deploy/${ENV.DEALWIRE_NAME}`]) {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** As `npx wrangler login` leaves it. */
function logInWithWrangler(): void {
  const folder = join(home, ".wrangler/config");
  mkdirSync(folder, { recursive: true });
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  const login = `oauth_token = "${TOKEN}"\nexpiration_time = "${expires}"\nrefresh_token = "r"\nscopes = ["account:read"]\n`;
  writeFileSync(join(folder, "default.toml"), login);
}

test("without a token the login of wrangler is taken, for the one account that it sees", async () => {
  standIn = await startCloudflare("example.com");
  const own = { HOME: home, XDG_CONFIG_HOME: home, CLOUDFLARE_API_TOKEN: "", CLOUDFLARE_ACCOUNT_ID: "" };
  const nobody = await runScript("deploy", ["--plan"], standIn, own);
  expect([nobody.code, nobody.output]).toEqual([
    1,
    expect.stringContaining("Run npx wrangler login, or set CLOUDFLARE"),
  ]);
  expect(standIn.calls).toEqual([]);

  logInWithWrangler();
  const { code, output } = await runScript("deploy", ["--plan"], standIn, own);
  expect([code, output]).toEqual([0, expect.stringContaining("deploy dealwire-ingest (new)")]);
  expect(output).not.toContain(TOKEN);

  standIn.workers.accounts.push({ id: "f".repeat(32), name: "Contoso" });
  const several = await runScript("deploy", ["--plan"], standIn, own);
  expect([several.code, several.output]).toEqual([1, expect.stringMatching(/account_id = "f{32}" {2}# Contoso/)]);
}, 120_000);

test("a token that is wrong or may too little is told what it needs", async () => {
  standIn = await startCloudflare("example.com");
  const { code, output } = await runScript("deploy", ["--yes"], standIn, { CLOUDFLARE_API_TOKEN: "revoked" });
  expect([code, output]).toEqual([
    1,
    expect.stringMatching(/Authentication error.*\n.*A token needs Workers Scripts, /),
  ]);
});

test("a domain whose zone is not in the account is refused before anything is made", async () => {
  standIn = await startCloudflare("elsewhere.example");
  const { code, output } = await runScript("deploy", ["--yes"], standIn);
  expect([code, output]).toEqual([1, expect.stringContaining("No zone of the account holds dealwire.example.com")]);
  expect(standIn.writes()).toEqual([]);
});

test("an account on Workers Free is told so, in the plan or at the first queue, and nothing else is made", async () => {
  standIn = await startCloudflare("example.com");
  standIn.storage.plan = "free";
  expect((await runScript("deploy", ["--plan"], standIn)).output).toContain("No Workers Paid plan is among");
  standIn.workers.showsBilling = false;
  const { code, output } = await runScript("deploy", ["--yes"], standIn, ENV);
  expect(output).toMatch(
    /Could not create the queue dealwire-account-imports, [\s\S]*Is the account on Workers Free\?/,
  );
  expect(code).toBe(1);
  expect(standIn.writes()).toHaveLength(1);
});

test("a Worker that somebody let answer on workers.dev is deployed again, and the doctor names it", async () => {
  standIn = await startDeployed(settings, "example.com");
  const worker = standIn.workers.workers.get("dealwire-account-console");
  if (worker !== undefined) worker.subdomain = { enabled: true, previews_enabled: true };
  const { output } = await runScript("deploy", ["--plan"], standIn, ENV);
  expect(output).toContain(
    "1 step:\n  - deploy dealwire-account-console (answers on workers.dev and preview URLs, past its routes)",
  );
  expect(await doctor()).toContain(
    "failure dealwire-account-console answers on workers.dev and preview URLs, past Access and its routes",
  );
}, 60_000);

test("the doctor reads the account with the login of deploying: nothing is wrong, and then what is", async () => {
  standIn = await startDeployed(settings, "example.com");
  const healthy = await doctor();
  expect(healthy.filter((finding) => !finding.startsWith("ok "))).toEqual([]);
  expect(healthy).toContain("ok dealwire-account-ingest 0.1.0, as in this clone");

  standIn.storage.queues.get("dealwire-account-signals")?.consumers.splice(0);
  standIn.workers.workers.get("dealwire-account-execute")?.secrets.delete("SLACK_BOT_TOKEN");
  expect((await doctor()).filter((finding) => !finding.startsWith("ok "))).toEqual([
    "failure dealwire-account-signals has no consumer, so messages pile up",
    "failure dealwire-account-execute lacks SLACK_BOT_TOKEN",
  ]);
  expect(standIn.writes().filter(({ path }) => path.includes("doctor"))).toEqual([]);
}, 60_000);

const Report = z.object({
  findings: z.array(z.object({ check: z.string(), subject: z.string(), state: z.string(), what: z.string() })),
});

/** What `npm run doctor -- --account` says of the account; nobody answers where it looks for the deployment itself. */
async function doctor(): Promise<string[]> {
  const args = ["--account", "--config", "dealwire.example.toml", "--url", "http://localhost:9", "--json"];
  const said = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      ["scripts/doctor.ts", ...args],
      { env: { ...environment(standIn), ...ENV } },
      (_error, stdout) => resolve(stdout),
    );
  });
  return Report.parse(JSON.parse(said))
    .findings.filter(({ check }) => check !== "deployment")
    .map(({ state, subject, what }) => `${state} ${subject} ${what}`);
}
