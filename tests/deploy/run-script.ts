// Runs `npm run deploy` and its siblings as a person does: the real script, as a process of its own, which talks to the
// stand-in alone.
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { StandIn } from "./cloudflare.ts";

export type Ran = { code: number; output: string };

/** What the person gives; every other secret is made or not used. */
export const GIVEN_SECRETS = {
  HUBSPOT_CLIENT_SECRET: "given-hubspot-client-secret",
  HUBSPOT_ACCESS_TOKEN: "given-hubspot-access-token",
  SLACK_SIGNING_SECRET: "given-slack-signing-secret",
  SLACK_BOT_TOKEN: "given-slack-bot-token",
} as const;

export type Script = "deploy" | "rollback" | "destroy";

export async function runScript(
  script: Script,
  args: readonly string[],
  standIn: StandIn,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [`scripts/${script}.ts`, "--config", "dealwire.example.toml", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      CLOUDFLARE_API_BASE_URL: standIn.url,
      CLOUDFLARE_API_TOKEN: "stand-in-token",
      CLOUDFLARE_ACCOUNT_ID: "0123456789abcdef0123456789abcdef",
      ...GIVEN_SECRETS,
      ...env,
    },
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const [code] = await once(child, "close");
  return { code: Number(code), output };
}
