// The version after this one, as far as an upgrade goes: this code, in a folder of its own, with messages that gained a field
// which has to be there, and with a migration. Rule: what it changes is found by its form, and a form that is not found any
// more fails here; so it goes on with whatever the present version is.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Topic } from "#contract/envelope.ts";
import type { Surface } from "../../scripts/deploy/compatibility.ts";

const FOLDERS = ["connectors", "contract", "durable-objects", "migrations", "rules", "runtime", "web", "workers"];
const FILES = ["package.json", "tsconfig.base.json", "wrangler.toml"];

/** Inside the project, so that packages are found. */
export const NEXT = ".build/next-version";

/** As many messages as may grow in one release: with any other, two Workers would each have to go before the other. */
export const GROWN: readonly Topic[] = ["plan.decided", "action.released"];

/** Applied before the first Worker, as a deployment does. */
export const EXPANSION = [
  "CREATE TABLE `upgrades` (`id` text PRIMARY KEY NOT NULL) WITHOUT ROWID",
  "ALTER TABLE `signals` ADD `grown` text DEFAULT 'no' NOT NULL",
  "ALTER TABLE `approvals` ADD `grown` text",
  "CREATE INDEX `approvals_grown` ON `approvals` (`grown`)",
];

/** Writes the code of the next version. */
export function writeNextVersion(): void {
  rmSync(NEXT, { recursive: true, force: true });
  const filter = (path: string) => !/(\.test\.tsx?|\/\.wrangler|\/golden)$/.test(path);
  for (const part of [...FOLDERS, ...FILES]) cpSync(part, join(NEXT, part), { recursive: true, filter });
  for (const topic of GROWN) {
    edit("contract/messages.ts", formOf(topic), (_form, version, schema, upcasters) => {
      const read = `...{${upcasters}}, ${version}: grow`;
      return `topic: "${topic}", version: ${Number(version) + 1}, schema: grown(${schema}), upcasters: {${read}}`;
    });
  }
  edit("contract/messages.ts", /type Upcaster = .*;/, (type) =>
    [
      type,
      'import * as zod from "zod";',
      "const grow: Upcaster = (payload) => ({ ...Object(payload), grown: true });",
      "const grown = (schema: z.ZodType) => schema.and(zod.object({ grown: zod.literal(true) }));",
    ].join("\n"),
  );
  edit("runtime/publish.ts", /\bpayload,\n {2}\};/, () => {
    const topics = JSON.stringify(GROWN);
    return `payload: ${topics}.includes(message.topic) ? { ...Object(payload), grown: true } : payload,\n  };`;
  });
}

/** What the next version of a Worker reads and sends, of what this one does. */
export function grownSurface(surface: Surface): Surface {
  const grow = (versions: Surface["reads"]) =>
    Object.fromEntries(
      Object.entries(versions).map(([topic, version = 0]) => [
        topic,
        version + Number(GROWN.some((grown) => grown === topic)),
      ]),
    );
  return { ...surface, reads: grow(surface.reads), sends: grow(surface.sends) };
}

const formOf = (topic: Topic) =>
  new RegExp(`topic: "${topic}",\\s*version: (\\d+),\\s*schema: (\\w+),\\s*upcasters: \\{([^}]*)\\}`);

function edit(file: string, form: RegExp, into: (...match: string[]) => string): void {
  const path = join(NEXT, file);
  const text = readFileSync(path, "utf8");
  if (!form.test(text))
    throw new Error(`${file} has no ${form} any more: tell tests/support/next-version.ts its new form`);
  writeFileSync(path, text.replace(form, into));
}
