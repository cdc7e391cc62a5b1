// What a person decides about a deployment: `dealwire.toml`, a stage in it, and the environment over both. Rule: nothing
// secret is read here, and ids of what the account has are found by name.
import { existsSync, readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import * as z from "zod";
import { plainQueueName } from "#contract/queues.ts";
import { Failure } from "./failure.ts";
import { PLAIN_QUEUES, queueName } from "./names.ts";
import { SYSTEMS } from "./secrets.ts";

const Name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,29}$/, "lower-case letters, digits and dashes, at most 30")
  // A Worker knows its queues by how their names end, and two deployments must not mean the same queue.
  .refine((name) => PLAIN_QUEUES.every((plain) => plainQueueName(queueName(name, plain)) === plain), {
    error: "a name that does not end like the name of a queue",
  });
const Fields = z.strictObject({
  name: Name.default("dealwire"),
  account_id: z
    .string()
    .regex(/^[0-9a-f]{32}$/, "32 hex digits")
    .optional(),
  domain: z
    .string({ error: "the host name that people and sources will use, in a zone of the account: dealwire.example.com" })
    .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, "a host name in lower case, without https://"),
  access_team_domain: z.union([z.literal(""), z.url({ protocol: /^https$/ })]).default(""),
  access_aud: z.string().default(""),
  operators: z.array(z.email()).default([]),
  systems: z.array(z.enum(SYSTEMS)).default([]),
  vars: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).default({}),
  /** OpenTelemetry destinations of the account, by name, and the share of traces that go there. */
  telemetry: z
    .strictObject({ destinations: z.array(z.string().min(1)).min(1), sampling: z.number().gt(0).max(1).default(0.05) })
    .optional(),
});
export type Settings = z.infer<typeof Fields>;

/** Of all of them, so that one file may hold several deployments. */
const File = z.looseObject({ stages: z.record(z.string(), z.looseObject({})).default({}) });

const split = (text: string) => text.split(/[\s,]+/).filter((word) => word !== "");
const FROM_ENVIRONMENT: Readonly<Record<string, { field: keyof Settings; read(text: string): unknown }>> = {
  DEALWIRE_NAME: { field: "name", read: String },
  DEALWIRE_DOMAIN: { field: "domain", read: String },
  DEALWIRE_ACCESS_TEAM_DOMAIN: { field: "access_team_domain", read: String },
  DEALWIRE_ACCESS_AUD: { field: "access_aud", read: String },
  DEALWIRE_OPERATORS: { field: "operators", read: split },
  DEALWIRE_SYSTEMS: { field: "systems", read: split },
  CLOUDFLARE_ACCOUNT_ID: { field: "account_id", read: String },
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings of one stage. Throws a Failure that names the field and where it is. */
export function readSettings(path: string, stage: string | null, env: Environment): Settings {
  const { stages, ...top } = readFile(path);
  const chosen = stage === null ? {} : stages[stage];
  if (chosen === undefined) {
    const known = Object.keys(stages).join(", ") || "none";
    throw new Failure(`${path} has no [stages.${stage}]; it has ${known}.`);
  }
  const over: Record<string, unknown> = {};
  for (const [name, { field, read }] of Object.entries(FROM_ENVIRONMENT)) {
    const value = env[name];
    if (value !== undefined && value !== "") over[field] = read(value);
  }
  const base = top.name ?? "dealwire";
  const named = stage === null ? {} : { name: `${base}-${stage}` };
  const vars = { ...recordOf(top.vars), ...recordOf(chosen.vars) };
  const parsed = Fields.safeParse({ ...top, ...named, ...chosen, ...over, vars });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `  ${issue.path.map(String).join(".") || "it"}: ${issue.message}`);
  throw new Failure(`${path} can't be used (copy dealwire.example.toml):\n${issues.join("\n")}`);
}

function readFile(path: string): z.infer<typeof File> {
  if (!existsSync(path)) return { stages: {} };
  try {
    return File.parse(parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (error instanceof TomlError || error instanceof z.ZodError) {
      throw new Failure(`${path} is not readable: ${error.message.split("\n")[0]}`);
    }
    throw error;
  }
}

function recordOf(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
