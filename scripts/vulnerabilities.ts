// What `npm audit --json` says of the packages that we ship. Rule: an answer that is not one of the registry says nothing
// about the packages, and is told apart from "none known".
import * as z from "zod";

const Severity = z.enum(["info", "low", "moderate", "high", "critical"]);
const Report = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: Severity, range: z.string().default("") })),
});
const Failed = z.object({ message: z.string() });

/** These alone keep a change from being merged; the others wait for their turn. */
const SERIOUS: readonly z.infer<typeof Severity>[] = ["high", "critical"];

export type Audit =
  /** `serious` as `name range: severity`. */
  { kind: "looked_up"; serious: string[] } | { kind: "not_looked_up"; reason: string };

/** `output` is what npm printed, with or without a registry that answered. */
export function readAudit(output: string): Audit {
  const json = parsed(output);
  const report = Report.safeParse(json);
  if (!report.success) {
    const failed = Failed.safeParse(json);
    return { kind: "not_looked_up", reason: failed.success ? failed.data.message : "npm audit gave no report" };
  }
  const serious = Object.entries(report.data.vulnerabilities)
    .filter(([, { severity }]) => SERIOUS.includes(severity))
    .map(([name, { severity, range }]) => `${name} ${range}: ${severity}`);
  return { kind: "looked_up", serious };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
