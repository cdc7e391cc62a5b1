// `npm run rollback -- <layer>`: the version of one layer that was deployed before, back in a second. Rule: the messages are
// checked as for a deployment; what the versions read and send is on each of them.
import { join } from "node:path";
import * as z from "zod";
import { listVersionIds, readAccount, readRelease } from "./deploy/account.ts";
import { Failure } from "./deploy/failure.ts";
import { logIn } from "./deploy/login.ts";
import { workerName } from "./deploy/names.ts";
import { type Options, parseOptions, ROLLBACK_USAGE } from "./deploy/options.ts";
import { refuseRelease } from "./deploy/plan.ts";
import { commandLine, promptFor, runCommand, timed } from "./deploy/run.ts";
import { readSettings } from "./deploy/settings.ts";

const ROOT = join(import.meta.dirname, "..");

async function rollback(options: Options): Promise<void> {
  const { layer, to, anyway } = options;
  if (layer === null) throw new Failure("Name the layer that goes back, for instance: npm run rollback -- enrich");
  const prompt = promptFor(options);
  const settings = readSettings(options.config, options.stage, process.env);
  const { cloudflare } = await logIn(ROOT, process.env, settings.account_id);
  const script = workerName(settings.name, layer);
  const account = await readAccount(cloudflare, { deployment: settings.name, domain: settings.domain, buckets: [] });
  const current = account.workers.get(layer);
  if (current === undefined) throw new Failure(`${script} is not deployed.`);

  const versions = await listVersionIds(cloudflare, script);
  const versionId = to ?? versions.find((version) => version !== current.versionId);
  if (versionId === undefined) throw new Failure(`${script} was never deployed with another version.`);
  const release = await readRelease(cloudflare, script, versionId);
  if (release === null && !anyway) {
    throw new Failure(`Version ${versionId} does not say which messages it reads. If it is the right one: --anyway`);
  }
  const refusal = release === null ? null : refuseRelease(layer, release, account);
  if (refusal !== null && !anyway) throw new Failure(refusal);

  console.log(`${script}: from ${describe(current)} to ${describe({ versionId, release })}`);
  if (prompt !== null && !/^y(es)?$/i.test(await prompt.ask("Go on? [y/N] ")))
    throw new Failure("Nothing was changed.");
  await timed(`put ${script} back`, commandLine("rollback", options), async () => {
    await cloudflare.call("POST", `/workers/scripts/${script}/deployments`, z.unknown(), {
      strategy: "percentage",
      versions: [{ version_id: versionId, percentage: 100 }],
      annotations: { "workers/message": "rollback" },
    });
  });
  console.log(`The next ${commandLine("deploy", { ...options, layer: null })} deploys this clone again.`);
}

function describe({ versionId, release }: { versionId: string; release: { digest: string } | null }): string {
  return `${versionId}${release === null ? "" : ` (${release.digest})`}`;
}

const parsed = parseOptions(process.argv.slice(2), ["anyway", "to"]);
process.exit(await runCommand(parsed, ROLLBACK_USAGE, rollback));
