// Runs `npm run deploy` and its siblings as a person does: the real script, as a process of its own, which talks to the
// stand-in alone.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type StandIn, TOKEN } from "./cloudflare.ts";

export type Ran = { code: number; output: string };

/** What the person gives; every other secret is made or not used. */
export const GIVEN_SECRETS = {
  HUBSPOT_CLIENT_SECRET: "given-hubspot-client-secret",
  HUBSPOT_ACCESS_TOKEN: "given-hubspot-access-token",
  SLACK_SIGNING_SECRET: "given-slack-signing-secret",
  SLACK_BOT_TOKEN: "given-slack-bot-token",
} as const;

/** A home without a login, the stand-in as the only account, and as the proxy for every other host. */
export function environment(standIn: StandIn): NodeJS.ProcessEnv {
  const home = join(process.cwd(), ".wrangler/nobody");
  return {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: home,
    HTTPS_PROXY: standIn.url,
    NO_PROXY: "127.0.0.1,localhost",
    NODE_USE_ENV_PROXY: "1",
    // Wrangler is fifteen megabytes of code, read again for every Worker.
    NODE_COMPILE_CACHE: join(home, "compile-cache"),
    CLOUDFLARE_API_BASE_URL: standIn.url,
    CLOUDFLARE_API_TOKEN: TOKEN,
    CLOUDFLARE_ACCOUNT_ID: ACCOUNT_ID,
  };
}

export const ACCOUNT_ID = "0123456789abcdef0123456789abcdef";

export type Script = "deploy" | "rollback" | "destroy";

export async function runScript(
  script: Script,
  args: readonly string[],
  standIn: StandIn,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [`scripts/${script}.ts`, "--config", "dealwire.example.toml", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environment(standIn), ...GIVEN_SECRETS, ...env },
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const [code] = await once(child, "close");
  return { code: Number(code), output };
}
