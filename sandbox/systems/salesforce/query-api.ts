// Salesforce's query endpoints: SOQL in, one page of records out; `nextRecordsUrl` leads to the rest. `queryAll` finds what
// was deleted or merged away, too.
import type { Hono } from "hono";
import type { Deps } from "../../deps.ts";
import { badRequest, refusalResponse } from "./refusal.ts";
import type { OrgOf } from "./sessions.ts";
import { parseSoql } from "./soql-parse.ts";
import { runSoql } from "./soql-run.ts";

const PAGE = 2_000;

/** Adds `GET /query?q=`, its further pages and `GET /queryAll?q=` under `base`, whose `:version` has been checked. */
export function queryApi(app: Hono, base: string, orgOf: OrgOf, deps: Deps): void {
  type Ask = { text: string; start: number; deleted: boolean };
  const answer = ({ text, start, deleted }: Ask, version: string, bearer: string | undefined): Response => {
    const parsed = parseSoql(text);
    if (!parsed.ok) return refusalResponse(badRequest("MALFORMED_QUERY", parsed.reason));
    const rows = runSoql(orgOf(bearer), parsed.query, version, deps.clock(), deleted);
    if (!rows.ok) return refusalResponse(rows.refusal);
    const end = start + PAGE;
    const done = end >= rows.value.length;
    // The locator names the query itself: nothing has to be kept between two pages.
    const next = `/services/data/${version}/${deleted ? "queryAll" : "query"}/${encodeURIComponent(text)}-${end}`;
    const records = rows.value.slice(start, end);
    return Response.json({ totalSize: rows.value.length, done, ...(done ? {} : { nextRecordsUrl: next }), records });
  };

  for (const [name, deleted] of [
    ["query", false],
    ["queryAll", true],
  ] as const) {
    app.get(`${base}/${name}`, (c) => {
      const text = c.req.query("q");
      if (!text) return refusalResponse(badRequest("MALFORMED_QUERY", "A query string has to be specified"));
      return answer({ text, start: 0, deleted }, c.req.param("version") ?? "", c.req.header("authorization"));
    });

    app.get(`${base}/${name}/:locator`, (c) => {
      const [, text, start] = /^(.*)-(\d+)$/s.exec(c.req.param("locator") ?? "") ?? [];
      if (text === undefined) return refusalResponse(badRequest("INVALID_QUERY_LOCATOR", "invalid query locator"));
      const ask = { text, start: Number(start), deleted };
      return answer(ask, c.req.param("version") ?? "", c.req.header("authorization"));
    });
  }
}
