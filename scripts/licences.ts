// Which licences a package that we ship may have. Rule: permissive ones alone, because a Worker's bundle is handed on with
// everything in it; a package of another licence needs a decision, and so does one without.
import * as z from "zod";

/** SPDX identifiers (https://spdx.org/licenses/) that ask for no more than a notice. */
const ALLOWED: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Unlicense",
]);

const Lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().default(false),
      link: z.boolean().default(false),
    }),
  ),
});

/** An SPDX expression: one of an OR is enough, of an AND all are needed. Brackets may stand around the whole only. */
export function isAllowed(expression: string): boolean {
  const plain = expression.trim().replace(/^\(([^()]*)\)$/, "$1");
  return plain.split(" OR ").some((choice) => choice.split(" AND ").every((licence) => ALLOWED.has(licence.trim())));
}

/** The packages of production in the text of a package-lock.json that may not be shipped, as `name 1.2.3: licence`. */
export function refusedLicences(lockfile: string): { checked: number; refused: string[] } {
  const { packages } = Lockfile.parse(JSON.parse(lockfile));
  // The empty path is this package itself.
  const shipped = Object.entries(packages).filter(([path, { dev, link }]) => path !== "" && !dev && !link);
  const refused = shipped
    .filter(([, { license }]) => license === undefined || !isAllowed(license))
    .map(([path, { version, license }]) => `${path.replace(/^.*node_modules\//, "")} ${version}: ${license ?? "none"}`);
  return { checked: shipped.length, refused };
}
