// The options of deploy, rollback and destroy. Rule: a mistake is answered in one sentence that names it, and a hint.
import { parseArgs } from "node:util";
import type { WorkerName } from "#contract/queues.ts";
import { firstSentence } from "../start-options.ts";
import { isWorker, WORKERS } from "./names.ts";

const COMMON = `  --stage <name>   a deployment of its own: [stages.<name>] of the settings, named dealwire-<name>
  --config <file>  the settings (default dealwire.toml; the environment goes over it, see docs/deploying.md)
  --yes            ask nothing, for CI
  --help           this text`;

export const DEPLOY_USAGE = `Usage: npm run deploy -- [layer] [options]

Brings the account to what this clone and dealwire.toml say: creates what is missing, applies migrations, deploys the
Workers that changed, puts the secrets that are missing, and checks the result. Run it again after an interruption.
A layer (${WORKERS.join(", ")}) is deployed alone.

  --plan           show what would be done, and change nothing
  --anyway         deploy although messages would not be understood: they become dead letters
${COMMON}`;

export const ROLLBACK_USAGE = `Usage: npm run rollback -- <layer> [options]

Puts the version of one layer (${WORKERS.join(", ")}) back that was deployed before.

  --to <version>   this version id instead (npx wrangler versions list --name dealwire-<layer>)
  --anyway         although messages would not be understood: they become dead letters
${COMMON}`;

export const DESTROY_USAGE = `Usage: npm run destroy -- [options]

Deletes the Workers, their objects, the queues, the database and the buckets that are empty. Asks for the name.

  --name <name>    the name, for --yes
  --with-messages  although queues hold messages
${COMMON}`;

export type Options = {
  layer: WorkerName | null;
  stage: string | null;
  config: string;
  yes: boolean;
  plan: boolean;
  anyway: boolean;
  to: string | null;
  name: string | null;
  withMessages: boolean;
};
export type ParsedOptions = { kind: "go"; options: Options } | { kind: "help" } | { kind: "wrong"; message: string };

export function parseOptions(
  args: readonly string[],
  own: readonly ("plan" | "anyway" | "to" | "name" | "with-messages")[],
): ParsedOptions {
  const read = readArgs(args);
  if (typeof read === "string") return { kind: "wrong", message: read };
  const { values, positionals } = read;
  if (values.help) return { kind: "help" };
  const given = {
    plan: values.plan,
    anyway: values.anyway,
    to: values.to !== undefined,
    name: values.name !== undefined,
    "with-messages": values["with-messages"],
  };
  for (const [name, used] of Object.entries(given)) {
    if (used && !own.some((one) => one === name))
      return { kind: "wrong", message: `--${name} is not for this command.` };
  }
  const [layer, ...rest] = positionals;
  if (rest.length > 0) return { kind: "wrong", message: "Name one layer, or none for all of them." };
  if (layer !== undefined && !isWorker(layer)) {
    return { kind: "wrong", message: `There is no layer "${layer}", only ${WORKERS.join(", ")}.` };
  }
  const { stage = null, config, yes, plan, anyway, to = null, name = null } = values;
  const options = {
    layer: layer ?? null,
    stage,
    config,
    yes,
    plan,
    anyway,
    to,
    name,
    withMessages: values["with-messages"],
  };
  return { kind: "go", options };
}

/** The values, or the sentence that says which argument is wrong. */
function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        stage: { type: "string" },
        config: { type: "string", default: "dealwire.toml" },
        yes: { type: "boolean", short: "y", default: false },
        plan: { type: "boolean", default: false },
        anyway: { type: "boolean", default: false },
        to: { type: "string" },
        name: { type: "string" },
        "with-messages": { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    return firstSentence(error);
  }
}
