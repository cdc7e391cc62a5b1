// `npm run deploy`: from a clone to a running account. Rule: plan from what the account has, do it, and plan again; done is
// when nothing is left, whoever did it and however often it was interrupted.
import { join } from "node:path";
import { type Account, readAccount } from "./deploy/account.ts";
import { describeSecrets, describeStep } from "./deploy/describe.ts";
import { Failure } from "./deploy/failure.ts";
import { type Login, limitsAgainst, logIn } from "./deploy/login.ts";
import { DEPLOY_USAGE, type Options, parseOptions } from "./deploy/options.ts";
import { createPerformer } from "./deploy/perform.ts";
import { type Plan, planDeployment } from "./deploy/plan.ts";
import { commandLine, paint, promptFor, runCommand, timed } from "./deploy/run.ts";
import { secretValues } from "./deploy/secret-values.ts";
import { readSettings, type Settings } from "./deploy/settings.ts";
import { bucketsOf, createTarget, type Target } from "./deploy/target.ts";
import { whatToDoNext } from "./deploy/what-next.ts";

const ROOT = join(import.meta.dirname, "..");

async function deploy(options: Options): Promise<void> {
  const prompt = options.plan ? null : promptFor(options);
  const settings = readSettings(options.config, options.stage, process.env);
  const login = await logIn(ROOT, process.env, settings.account_id);
  const account = await read(login, settings);
  if (account.zone === null) {
    throw new Failure(
      `No zone of the account holds ${settings.domain}: add the domain to it, or change dealwire.toml.`,
    );
  }
  const target = createTarget(ROOT, settings, account.zone.name);
  const madeFile = join(ROOT, ".wrangler/deploy", settings.name, "made-secrets.env");
  const { steps, refusals } = plan(target, account, options);
  if (refusals.length > 0) throw new Failure(refusals.join("\n"));
  if (steps.length === 0) {
    console.log(`Nothing to do: ${settings.name} on https://${settings.domain} is as it should be.`);
    console.log(`\n${whatToDoNext(settings, { madeFile, toldInFile: [] })}`);
    return;
  }
  const fresh = target.workers.size - account.workers.size;
  for (const sentence of await limitsAgainst(login.cloudflare, { there: account.workerCount, ours: fresh })) {
    console.log(paint.yellow(sentence));
  }
  console.log(`${paint.bold(settings.name)} on https://${settings.domain}, ${count(steps.length, "step")}:`);
  for (const step of steps) {
    console.log(`  - ${describeStep(step, target)}`);
    for (const line of describeSecrets(step, target)) console.log(`      ${line}`);
  }
  if (options.plan) return;
  if (prompt !== null && !/^y(es)?$/i.test(await prompt.ask("\nGo on? [y/N] "))) {
    throw new Failure("Nothing was changed.");
  }

  const names = steps.flatMap((step) => (step.kind === "worker" || step.kind === "secrets" ? step.secrets : []));
  const { systems } = settings;
  const { values, toldInFile } = await secretValues(names, { systems, env: process.env, prompt, madeFile });
  const again = commandLine("deploy", options);
  const perform = createPerformer({ ...login, root: ROOT, target, account, secrets: values });
  console.log("");
  for (const step of steps) await timed(describeStep(step, target), again, () => perform(step));
  await timed("check every queue, consumer, route and trigger", again, () => verify(login, settings, target, options));
  console.log(`\n${whatToDoNext(settings, { madeFile, toldInFile })}`);
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;

const plan = (target: Target, account: Account, { layer, anyway }: Options): Plan =>
  planDeployment(target, account, { only: layer, anyway });

function read({ cloudflare }: Login, { name, domain }: Settings): Promise<Account> {
  return readAccount(cloudflare, { deployment: name, domain, buckets: bucketsOf(name).map((bucket) => bucket.name) });
}

/** What a plan would still do was not done, whatever was answered: a consumer that is not attached, for one. */
async function verify(login: Login, settings: Settings, target: Target, options: Options): Promise<void> {
  const { steps, refusals } = plan(target, await read(login, settings), options);
  const open = [...refusals, ...steps.map((step) => describeStep(step, target))];
  if (open.length > 0) throw new Failure(`The account took every step, and still lacks:\n  ${open.join("\n  ")}`);
}

const parsed = parseOptions(process.argv.slice(2), ["plan", "anyway"]);
process.exit(await runCommand(parsed, DEPLOY_USAGE, deploy));
