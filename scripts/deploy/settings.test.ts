import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readSettings } from "./settings.ts";
import { readWorkerConfig, withSettings } from "./worker-config.ts";

const folder = mkdtempSync(join(tmpdir(), "dealwire-settings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, "dealwire.toml");
  writeFileSync(path, text);
  return path;
}

test("the example is usable as it is", () => {
  expect(readSettings("dealwire.example.toml", null, {})).toMatchObject({
    name: "dealwire",
    domain: "dealwire.example.com",
  });
});

test("a stage goes over the file and has a name of its own, and the environment goes over both", () => {
  const path = file(
    'domain = "a.example.com"\nname = "acme"\n[vars]\nLLM_MODEL = "x"\n[stages.staging]\ndomain = "b.example.com"\n',
  );
  expect(readSettings(path, "staging", { DEALWIRE_OPERATORS: "ana@acme.com bo@acme.com" })).toMatchObject({
    name: "acme-staging",
    domain: "b.example.com",
    operators: ["ana@acme.com", "bo@acme.com"],
    vars: { LLM_MODEL: "x" },
  });
  expect(() => readSettings(path, "prod", {})).toThrow(/no \[stages\.prod\]; it has staging/);
});

test("without a file the environment is enough", () => {
  expect(readSettings(join(folder, "none.toml"), null, { DEALWIRE_DOMAIN: "d.example.com" }).domain).toBe(
    "d.example.com",
  );
});

test.each([
  ['domain = "https://d.example.com"', /domain: a host name in lower case, without https/],
  ['domian = "d.example.com"', /domain: the host name that people and sources will use/],
  ['domain = "d.example.com"\nsystems = ["hubspott"]', /systems\.0/],
  ['domain = "d.example.com"\nname = "Dealwire"', /name: lower-case letters/],
  ["domain = ", /is not readable/],
])("what is wrong in %j is named", (text, message) => {
  expect(() => readSettings(file(text), null, {})).toThrow(message);
});

test("every Worker's lines and spans go where the deployment says, and nowhere by themselves", () => {
  const tracked = readWorkerConfig(".", "enrich");
  const deployed = (text: string) => withSettings(tracked, readSettings(file(text), null, {}), []).observability;
  const domain = 'domain = "d.example.com"';
  expect(deployed(domain)).toEqual(tracked.observability);
  expect(deployed(`${domain}\n[telemetry]\ndestinations = ["honeycomb"]\n`)).toEqual({
    enabled: true,
    redact_query_string: true,
    logs: { enabled: true, destinations: ["honeycomb"] },
    traces: { enabled: true, destinations: ["honeycomb"], head_sampling_rate: 0.05 },
  });
  const quiet = withSettings(
    readWorkerConfig(".", "ingest"),
    readSettings(file(`${domain}\n[telemetry]\ndestinations = ["honeycomb"]\n`), null, {}),
    [],
  );
  expect(quiet.observability.logs).toEqual({ enabled: true, invocation_logs: false, destinations: ["honeycomb"] });
});

test("a name that would make the queues of two deployments the same is refused", () => {
  const path = file('domain = "d.example.com"\nname = "dealwire-mail"');
  expect(() => readSettings(path, null, {})).toThrow(/does not end like the name of a queue/);
});
