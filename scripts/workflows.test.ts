// The workflows of .github: that they are what GitHub reads, and that they can do no more than they need.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { parseOptions } from "./deploy/options.ts";
import { parseDoctorOptions } from "./doctor/options.ts";

const FOLDER = ".github/workflows";
const Step = z.union([
  z.strictObject({
    uses: z.string(),
    with: z.record(z.string(), z.unknown()).optional(),
    if: z.string().optional(),
  }),
  z.strictObject({ run: z.string(), env: z.record(z.string(), z.string()).optional() }),
]);
const Workflow = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.strictObject({ group: z.string(), "cancel-in-progress": z.boolean() }),
  jobs: z.record(
    z.string(),
    z.strictObject({
      if: z.string().optional(),
      environment: z.string().optional(),
      "runs-on": z.string(),
      "timeout-minutes": z.int(),
      env: z.record(z.string(), z.string()).optional(),
      steps: z.array(Step),
    }),
  ),
});
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync("package.json", "utf8")));

const workflows = readdirSync(FOLDER).map((file) => {
  const text = readFileSync(`${FOLDER}/${file}`, "utf8");
  return { file, text, workflow: Workflow.parse(parse(text)) };
});
const stepsOf = ({ jobs }: z.infer<typeof Workflow>) => Object.values(jobs).flatMap(({ steps }) => steps);

test.each(workflows)(
  "$file may read the code and nothing else, and fetches actions by their digest",
  ({ workflow }) => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    for (const step of stepsOf(workflow)) {
      if ("uses" in step) expect(step.uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
    }
  },
);

test.each(workflows)("$file runs commands that exist, with options that they have", ({ workflow }) => {
  for (const step of stepsOf(workflow)) {
    if ("uses" in step) continue;
    const [npm, verb = "", script = "", ...rest] = step.run.match(/"[^"]*"|\S+/g) ?? [];
    expect([npm, verb]).toEqual(["npm", expect.stringMatching(/^(ci|test|run)$/)]);
    if (verb !== "run") continue;
    expect(Object.keys(scripts)).toContain(script);
    const args = rest.slice(1).map((word) => word.replaceAll('"', "").replace("$DEALWIRE_DOMAIN", "d.example.com"));
    if (script === "deploy") expect(parseOptions(args, ["plan"]).kind).toBe("go");
    if (script === "doctor") expect(parseDoctorOptions(args).kind).toBe("run");
  }
});

test("a pull request gets no secret, and what deploys runs on main alone, once it was checked", () => {
  const of = (name: string) => workflows.find(({ file }) => file === name);
  expect(of("check.yml")?.text).not.toContain("secrets.");
  expect(of("deploy.yml")?.workflow.on).toEqual({
    workflow_run: { workflows: [of("check.yml")?.workflow.name], types: ["completed"], branches: ["main"] },
    workflow_dispatch: null,
  });
  const install = of("deploy.yml")?.workflow.jobs.deploy;
  expect(Object.values(install?.env ?? {}).filter((value) => value.includes("TOKEN"))).toEqual([]);
});
