// The account's part of the doctor: what dealwire.toml asks for, and what the account has. Rule: it only reads.
import { readAccount } from "../deploy/account.ts";
import { Refused } from "../deploy/cloudflare.ts";
import { Failure } from "../deploy/failure.ts";
import { logIn } from "../deploy/login.ts";
import { readSettings, type Settings } from "../deploy/settings.ts";
import { bucketsOf, createTarget } from "../deploy/target.ts";
import { checkAccount } from "./check-account.ts";
import { type Finding, findingsOf } from "./finding.ts";
import type { DoctorOptions } from "./options.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings, or why there are none. */
export function readStage(
  { config, stage }: Pick<DoctorOptions, "config" | "stage">,
  env: Environment,
): { ok: true; settings: Settings } | { ok: false; reason: string } {
  try {
    return { ok: true, settings: readSettings(config, stage, env) };
  } catch (error) {
    if (error instanceof Failure) return { ok: false, reason: error.message };
    throw error;
  }
}

/** Never throws for what the account or the network answers. */
export async function examineAccount(root: string, settings: Settings, env: Environment): Promise<Finding[]> {
  const report = findingsOf("account");
  const buckets = bucketsOf(settings.name).map(({ name }) => name);
  try {
    const { cloudflare } = await logIn(root, env, settings.account_id);
    const account = await readAccount(cloudflare, { deployment: settings.name, domain: settings.domain, buckets });
    if (account.zone === null) {
      const todo = `Add the zone of ${settings.domain} to this account, or set another domain.`;
      return [report("failure", settings.domain, "is in no zone of the account", todo)];
    }
    return checkAccount(account, createTarget(root, settings, account.zone.name));
  } catch (error) {
    const todo = "See docs/deploying.md for the login, and for the rights of a token.";
    if (error instanceof Failure) return [report("failure", "Cloudflare", error.message, todo)];
    if (error instanceof Refused) return [report("failure", "Cloudflare", `refused: ${error.message}`, todo)];
    return [report("failure", "Cloudflare", `could not be read: ${String(error)}`, "Try again.")];
  }
}
