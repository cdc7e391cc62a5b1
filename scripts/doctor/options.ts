// The options of `npm run doctor`. Rule: whatever is not known is answered with what is.
import { parseArgs } from "node:util";
import { DEFAULT_PORT } from "../local-env.ts";
import { firstSentence } from "../start-options.ts";

export const DOCTOR_USAGE = `Usage: npm run doctor -- [options]

Looks for what is wrong with a running dealwire and says what to do: the deployment, its clock, migrations and versions,
webhooks, secrets, what it measured itself, and a signed test signal that it follows to its end as a dry run.

  --url <url>              where it runs (default http://localhost:${DEFAULT_PORT})
  --header <name: value>   sent along, for a deployment that asks who you are; may be repeated
  --env-file <file>        the secrets to try and to sign with (default: the environment; on localhost sandbox/local.env)
  --mailbox <address>      a rep's mailbox, to try the login of Gmail
  --account                also the Cloudflare account: queues and their consumers, Workers, secrets, stores.
                           Reads dealwire.toml and logs in as npm run deploy does; changes nothing
  --stage <name>           the stage in dealwire.toml
  --config <file>          the settings, instead of dealwire.toml
  --timeout <seconds>      how long the test signal may take (default 30)
  --json                   print the findings as JSON
  --help                   this text

Exit code 0 when nothing failed, 1 when something did, 2 when the command was not understood.`;

export type DoctorOptions = {
  baseUrl: string;
  headers: Readonly<Record<string, string>>;
  envFile: string | null;
  mailbox: string;
  account: boolean;
  stage: string | null;
  config: string;
  timeoutMs: number;
  json: boolean;
};
export type ParsedDoctor =
  | { kind: "run"; options: DoctorOptions }
  | { kind: "help" }
  | { kind: "wrong"; message: string };

export function parseDoctorOptions(args: readonly string[]): ParsedDoctor {
  const values = readArgs(args);
  if (typeof values === "string") return wrong(values);
  if (values.help) return { kind: "help" };
  const url = URL.parse(values.url);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return wrong(`--url takes an http or https URL, not "${values.url}".`);
  }
  const seconds = /^\d{1,3}$/.test(values.timeout) ? Number(values.timeout) : 0;
  if (seconds < 1) return wrong(`--timeout takes seconds from 1 to 999, not "${values.timeout}".`);
  const headers: Record<string, string> = {};
  for (const header of values.header) {
    const [, name, value] = /^([\w-]+):\s*(.+)$/.exec(header) ?? [];
    if (name === undefined || value === undefined) return wrong(`--header takes "name: value", not "${header}".`);
    headers[name] = value;
  }
  const options = {
    baseUrl: values.url.replace(/\/+$/, ""),
    headers,
    envFile: values["env-file"] ?? null,
    mailbox: values.mailbox,
    account: values.account,
    stage: values.stage ?? null,
    config: values.config,
    timeoutMs: seconds * 1_000,
    json: values.json,
  };
  return { kind: "run", options };
}

/** Where nobody but this machine is asked. */
export function isLocal({ baseUrl }: Pick<DoctorOptions, "baseUrl">): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(baseUrl).hostname);
}

function wrong(message: string): ParsedDoctor {
  return { kind: "wrong", message };
}

function readArgs(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        url: { type: "string", default: `http://localhost:${DEFAULT_PORT}` },
        header: { type: "string", multiple: true, default: [] },
        "env-file": { type: "string" },
        mailbox: { type: "string", default: "" },
        account: { type: "boolean", default: false },
        stage: { type: "string" },
        config: { type: "string", default: "dealwire.toml" },
        timeout: { type: "string", default: "30" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values;
  } catch (error) {
    return firstSentence(error);
  }
}
