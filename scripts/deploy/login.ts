// Who deploys, and into which account: an API token, or the login that wrangler has. Rule: the token is handed on and never
// printed.
import * as z from "zod";
import { type Cloudflare, createCloudflare, Refused, TOKEN_PERMISSIONS } from "./cloudflare.ts";
import { Failure } from "./failure.ts";
import { createWrangler, type Wrangler } from "./wrangler.ts";

export type Login = { cloudflare: Cloudflare; wrangler: Wrangler; accountId: string };
type Environment = Readonly<Record<string, string | undefined>>;

export async function logIn(root: string, env: Environment, accountId: string | undefined): Promise<Login> {
  const token = env.CLOUDFLARE_API_TOKEN || (await tokenOfWrangler(root));
  const baseUrl = env.CLOUDFLARE_API_BASE_URL || undefined;
  const id = accountId ?? (await onlyAccount({ token, baseUrl }));
  const cloudflare = createCloudflare({ baseUrl, token, accountId: id }, fetch);
  const wrangler = createWrangler(root, { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID: id });
  return { cloudflare, wrangler, accountId: id };
}

async function tokenOfWrangler(root: string): Promise<string> {
  const NotLoggedIn = new Failure(
    `You are not logged in to Cloudflare. Run npx wrangler login, or set CLOUDFLARE_API_TOKEN (${TOKEN_PERMISSIONS}).`,
  );
  try {
    const said = await createWrangler(root, {})(["auth", "token", "--json"]);
    const answer = z.looseObject({ token: z.string() }).safeParse(JSON.parse(said.slice(said.indexOf("{"))));
    if (answer.success) return answer.data.token;
  } catch (error) {
    if (!(error instanceof Failure || error instanceof SyntaxError)) throw error;
  }
  throw NotLoggedIn;
}

async function onlyAccount(access: { token: string; baseUrl: string | undefined }): Promise<string> {
  const client = createCloudflare({ ...access, accountId: "" }, fetch);
  const accounts = await client.list("//accounts", z.looseObject({ id: z.string(), name: z.string() }));
  const [first, ...rest] = accounts;
  if (first !== undefined && rest.length === 0) return first.id;
  if (first === undefined) throw new Failure(`The login sees no account. A token needs ${TOKEN_PERMISSIONS}.`);
  const shown = accounts.map(({ id, name }) => `  account_id = "${id}"  # ${name}`).join("\n");
  throw new Failure(`The login sees several accounts. Put the one that is meant into dealwire.toml:\n${shown}`);
}

const MAX_WORKERS = 500;

/**
 * What the account's limits say against this deployment, in sentences. The plan is only visible to a login that may read
 * billing, which that of wrangler may not; for the others the first queue that is made says whether the plan suffices.
 */
export async function limitsAgainst(
  cloudflare: Cloudflare,
  workers: { there: number; ours: number },
): Promise<string[]> {
  const against: string[] = [];
  if (workers.there + workers.ours > MAX_WORKERS) {
    against.push(
      `The account has ${workers.there} Workers, and may have ${MAX_WORKERS}; ${workers.ours} more are needed.`,
    );
  }
  try {
    const Subscription = z.looseObject({ rate_plan: z.looseObject({ id: z.string() }).optional() });
    const plans = await cloudflare.list("/subscriptions", Subscription);
    const paid = plans.some(
      ({ rate_plan }) => /workers/i.test(rate_plan?.id ?? "") && !/free/i.test(rate_plan?.id ?? ""),
    );
    if (plans.length > 0 && !paid) {
      against.push(
        "No Workers Paid plan is among the account's subscriptions; dealwire needs one (CPU time, retention).",
      );
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  return against;
}
