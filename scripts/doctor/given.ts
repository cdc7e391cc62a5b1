// The variables and secrets that the doctor tries: what the tracked configs say, then dealwire.toml, then the env file or
// the environment. Rule: of the environment only what a Worker reads, so that nothing else of it is looked at.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { WORKERS } from "../deploy/names.ts";
import { readWorkerConfig } from "../deploy/worker-config.ts";
import { rewriteLocalEnv } from "../local-env.ts";
import type { Given } from "./harmless-calls.ts";
import { type DoctorOptions, isLocal } from "./options.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The sandbox knows her mailbox. */
const LOCAL_MAILBOX = "ana.duarte@northwind.example";

export function readGiven(root: string, options: DoctorOptions, environment: Environment, vars: Given): Given {
  const configs = WORKERS.map((worker) => readWorkerConfig(root, worker));
  const defaults = Object.assign({}, ...configs.map((config) => config.vars));
  const names = new Set([...Object.keys(defaults), ...configs.flatMap(({ secrets }) => secrets.required)]);
  const isOwn = options.envFile === null && isLocal(options);
  const file = options.envFile ?? (isOwn ? join(root, "sandbox/local.env") : null);
  const given: Given = {
    ...defaults,
    ...vars,
    ...(file === null ? pick(environment, names) : fromFile(file, options)),
  };
  return { ...given, MAILBOX: options.mailbox || (isOwn ? LOCAL_MAILBOX : "") };
}

function fromFile(file: string, { baseUrl }: DoctorOptions): Given {
  const port = Number(new URL(baseUrl).port);
  const text = readFileSync(file, "utf8");
  const values = parseEnv(
    isLocal({ baseUrl }) && port > 0 ? rewriteLocalEnv(text, { port, approvalTtlSeconds: null }) : text,
  );
  return pick(values, new Set(Object.keys(values)));
}

function pick(values: Environment, names: ReadonlySet<string>): Given {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value !== undefined && names.has(name) ? [[name, value]] : [])),
  );
}
