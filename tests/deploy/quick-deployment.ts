// A deployment in this process, by the steps of `npm run deploy`: read the account, plan, take the steps. Rule: everything
// but wrangler is the real thing, so that a deployment which is interrupted a hundred times still takes seconds.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAccount } from "../../scripts/deploy/account.ts";
import { createCloudflare } from "../../scripts/deploy/cloudflare.ts";
import { createPerformer } from "../../scripts/deploy/perform.ts";
import { planDeployment } from "../../scripts/deploy/plan.ts";
import { secretValues } from "../../scripts/deploy/secret-values.ts";
import type { Settings } from "../../scripts/deploy/settings.ts";
import { createTarget, type Target } from "../../scripts/deploy/target.ts";
import { type StandIn, startCloudflare, TOKEN } from "./cloudflare.ts";
import { quickWrangler } from "./quick-wrangler.ts";
import { ACCOUNT_ID, GIVEN_SECRETS } from "./run-script.ts";

/** A stand-in with everything on it that `settings` want. */
export async function startDeployed(settings: Settings, zone: string): Promise<StandIn> {
  const standIn = await startCloudflare(zone);
  const folder = mkdtempSync(join(tmpdir(), "dealwire-made-"));
  await deployQuickly(standIn, settings, createTarget(process.cwd(), settings, zone), join(folder, "secrets.env"));
  rmSync(folder, { recursive: true });
  return standIn;
}

/** Answers how many steps it took; throws where a call is refused. */
export async function deployQuickly(
  standIn: StandIn,
  { name, domain, systems }: Settings,
  target: Target,
  madeFile: string,
): Promise<number> {
  const access = { baseUrl: "http://stand-in", token: TOKEN, accountId: ACCOUNT_ID };
  const cloudflare = createCloudflare(access, standIn.fetch);
  const buckets = target.buckets.map((bucket) => bucket.name);
  const account = await readAccount(cloudflare, { deployment: name, domain, buckets });
  const { steps } = planDeployment(target, account, { only: null, anyway: false });
  const names = steps.flatMap((step) => (step.kind === "worker" || step.kind === "secrets" ? step.secrets : []));
  const { values } = await secretValues(names, { systems, env: GIVEN_SECRETS, prompt: null, madeFile });
  const wrangler = quickWrangler(cloudflare);
  const perform = createPerformer({ root: process.cwd(), cloudflare, wrangler, target, account, secrets: values });
  for (const step of steps) await perform(step);
  return steps.length;
}
