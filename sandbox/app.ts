// The sandbox over HTTP: the stand-ins under their paths, and the controls (state, seed, faults, reset, page).
// Rule: errors of the controls are application/problem+json; errors of a stand-in are that system's own.
import { Hono } from "hono";
import * as z from "zod";
import { problem } from "#runtime/problem.ts";
import { sampleBook } from "./book/sample-book.ts";
import type { Deps } from "./deps.ts";
import { engagementSeed } from "./engagement-seed.ts";
import { FaultSet, writeFault } from "./faults.ts";
import { page } from "./page.ts";
import { putRecord, type Seed } from "./put-record.ts";
import { serveSystem } from "./serve-system.ts";
import { systemState } from "./state.ts";
import { isSystemName, SYSTEM_NAMES, SYSTEMS } from "./systems/registry.ts";

const DEFAULT_REQUESTS_SHOWN = 1_000;

/** Empties everything and puts the sample book in, dated around now; tests may put less. */
export function reset(deps: Deps, book: (now: number) => Seed[] = sampleBook): void {
  deps.store.clear();
  deps.limiter.clear();
  const records = book(deps.clock());
  for (const record of [...records, ...engagementSeed(records)]) {
    const wrong = putRecord(deps, record);
    if (wrong !== null) throw new Error(`The seed is wrong at ${record.collection}/${record.id}: ${wrong}`);
  }
}

/** All of `/sandbox`, with whole paths as the front door gets them. */
export function sandboxApp(deps: Deps): Hono {
  const app = new Hono();
  const refuse = (status: number, slug: string, title: string, detail: string) =>
    problem({ status, slug, title, detail, correlationId: deps.newId().replaceAll("-", "") });
  const unknownSystem = (name: string) =>
    refuse(404, "unknown-system", "No such system", `There is no ${name} here; there are ${SYSTEM_NAMES.join(", ")}.`);

  app.get("/sandbox", (c) => c.redirect("/sandbox/", 308));
  app.get("/sandbox/", (c) => page(deps, c.req.query("refresh")));

  app.get("/sandbox/state", (c) => {
    const wanted = c.req.query("system");
    if (wanted !== undefined && !isSystemName(wanted)) return unknownSystem(wanted);
    const limit = Number(c.req.query("requests") ?? DEFAULT_REQUESTS_SHOWN);
    if (!Number.isInteger(limit) || limit < 0)
      return refuse(400, "invalid-query", "Invalid query", "requests has to be a whole number from 0 up.");
    const names = wanted === undefined ? SYSTEM_NAMES : [wanted];
    return Response.json(Object.fromEntries(names.map((name) => [name, systemState(deps.store, name, limit)])));
  });

  app.post("/sandbox/reset", (c) => {
    reset(deps);
    const fromPage = (c.req.header("accept") ?? "").includes("text/html");
    return fromPage ? c.redirect("/sandbox/", 303) : c.json({ reset: true });
  });

  app.post("/sandbox/faults", async (c) => {
    const faults = FaultSet.safeParse(parseJson(await c.req.text()));
    if (!faults.success)
      return refuse(400, "invalid-faults", "Invalid faults", z.prettifyError(faults.error).replaceAll("\n", " "));
    for (const name of SYSTEM_NAMES) writeFault(deps.store, name, faults.data?.[name] ?? null);
    return c.json(faults.data ?? {});
  });

  app.put("/sandbox/:system/records/:collection/:id", async (c) => {
    const { system, collection, id } = c.req.param();
    if (!isSystemName(system)) return unknownSystem(system);
    const wrong = putRecord(deps, { system, collection, id, body: parseJson(await c.req.text()) });
    if (wrong !== null) return refuse(400, "invalid-record", "Invalid record", wrong);
    return Response.json(deps.store.get(system, collection, id));
  });

  for (const name of SYSTEM_NAMES)
    for (const { path, app: api } of SYSTEMS[name].mounts) {
      const mount = { path, api: api(deps) };
      app.all(path, (c) => serveSystem(c.req.raw, name, mount, deps));
      app.all(`${path}/*`, (c) => serveSystem(c.req.raw, name, mount, deps));
    }

  app.notFound((c) =>
    refuse(404, "not-found", "Nothing here", `${c.req.path} is not part of the sandbox; start at /sandbox/.`),
  );
  return app;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not a JSON value at all, so every schema refuses it.
    return undefined;
  }
}
