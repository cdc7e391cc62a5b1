import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ORIGIN } from "#web/sample-site.ts";
import { sampleConsole } from "../workers/console/sample-console.ts";
import { openApiDocument } from "../workers/desk/api/openapi.ts";
import { sampleDesk } from "../workers/desk/sample-desk.ts";
import { sampleRulesSite } from "../workers/rules/sample-rules-site.ts";

/** `GET /api/signals/{signal_id}`, for every handler that a site has below /api. */
function routes(): string[] {
  const sites = [sampleDesk().desk, sampleConsole().site, sampleRulesSite().site];
  const handlers = sites
    .flatMap(({ routes }) => routes)
    .filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"));
  return [
    ...new Set(handlers.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(\{[^}]+\})?/g, "{$1}")}`)),
  ].sort();
}

function documented(): string[] {
  const { paths } = openApiDocument();
  return Object.entries(paths ?? {})
    .flatMap(([path, item]) => Object.keys(item ?? {}).map((method) => `${method.toUpperCase()} ${path}`))
    .sort();
}

test("every route is in the document, and nothing else", () => {
  expect(documented()).toEqual(routes());
  expect(routes()).toHaveLength(44);
});

test("what is served is the document as it is now (npm run openapi)", () => {
  const served: unknown = JSON.parse(readFileSync("workers/desk/api/openapi.txt", "utf8"));
  expect(served).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});

test("every reference leads to a schema that is there", async () => {
  const text = await (await sampleDesk().desk.request(`${ORIGIN}/api/openapi.json`)).text();
  const { components } = JSON.parse(text);
  const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(components.schemas).toHaveProperty(name ?? "");
});

test("bodies say what they need, as the parser does", () => {
  const text = JSON.stringify(openApiDocument());
  expect(text).toContain('"required":["reason"]');
  expect(text).toContain('"pattern":"^[0-9a-f]{64}$"');
  expect(text).not.toContain('"$defs"');
});
