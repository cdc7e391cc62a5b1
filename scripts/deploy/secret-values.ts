// The values of the secrets that a plan puts: from the environment, made here, or asked for. Rules: no value is ever
// printed; everything is known before the first step is taken, so that a deployment does not stop in its middle to ask.
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseEnv } from "node:util";
import { Failure } from "./failure.ts";
import type { Prompt } from "./prompt.ts";
import { isForSenders, makeSecret, originOf, SECRETS, type System } from "./secrets.ts";

export type SecretSources = {
  systems: readonly System[];
  env: Readonly<Record<string, string | undefined>>;
  /** Null: nobody is there to be asked. */
  prompt: Prompt | null;
  /** Where what senders have to be told is kept, for the person who deploys alone to read. */
  madeFile: string;
};

export type SecretValues = { values: ReadonlyMap<string, string>; toldInFile: readonly string[] };

export async function secretValues(names: readonly string[], sources: SecretSources): Promise<SecretValues> {
  const { systems, env, prompt, madeFile } = sources;
  const made = existsSync(madeFile) ? parseEnv(readFileSync(madeFile, "utf8")) : {};
  const values = new Map<string, string>();
  const unanswered: string[] = [];
  const toldInFile: string[] = [];
  for (const name of [...new Set(names)].sort()) {
    const given = env[name];
    const origin = originOf(name, systems);
    if (given !== undefined) values.set(name, given);
    else if (origin === "unused") values.set(name, "");
    else if (origin === "made") {
      values.set(name, made[name] ?? makeSecret(name));
      if (isForSenders(name)) toldInFile.push(name);
    } else if (prompt === null) unanswered.push(name);
    else values.set(name, await answerTo(name, prompt));
  }
  if (unanswered.length > 0) {
    throw new Failure(
      `Nobody is there to be asked for ${unanswered.join(", ")}: put them into the environment, or take their systems out of dealwire.toml.`,
    );
  }
  // Before they are put: after an interruption the next run puts the same ones, and nobody was told others.
  for (const name of toldInFile) if (made[name] === undefined) keep(madeFile, name, values.get(name) ?? "");
  return { values, toldInFile };
}

/** Asks until there is an answer: an empty secret would count as put, and never be asked for again. */
async function answerTo(name: string, prompt: Prompt): Promise<string> {
  const page = `docs/configuration.md#${name.toLowerCase()}`;
  const isFile = SECRETS[name]?.isFile === true;
  for (;;) {
    const answer = isFile
      ? await prompt.ask(`File with ${name} (${page}): `)
      : await prompt.askHidden(`${name} (${page}): `);
    if (answer === "") continue;
    if (!isFile) return answer;
    try {
      return readFileSync(answer, "utf8").trim();
    } catch (error) {
      prompt.say(error instanceof Error ? error.message : String(error));
    }
  }
}

function keep(file: string, name: string, value: string): void {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${name}=${value}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}
