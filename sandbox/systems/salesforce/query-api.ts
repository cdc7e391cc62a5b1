// Salesforce's query endpoint: SOQL in, one page of records out; `nextRecordsUrl` leads to the rest.
import type { Hono } from "hono";
import type { Deps } from "../../deps.ts";
import { badRequest, refusalResponse } from "./refusal.ts";
import type { OrgOf } from "./sessions.ts";
import { parseSoql } from "./soql-parse.ts";
import { runSoql } from "./soql-run.ts";

const PAGE = 2_000;

/** Adds `GET /query?q=` and its further pages under `base`, whose `:version` has been checked. */
export function queryApi(app: Hono, base: string, orgOf: OrgOf, deps: Deps): void {
  const answer = (text: string, start: number, version: string, bearer: string | undefined): Response => {
    const parsed = parseSoql(text);
    if (!parsed.ok) return refusalResponse(badRequest("MALFORMED_QUERY", parsed.reason));
    const rows = runSoql(orgOf(bearer), parsed.query, version, deps.clock());
    if (!rows.ok) return refusalResponse(rows.refusal);
    const end = start + PAGE;
    const done = end >= rows.value.length;
    // The locator names the query itself: nothing has to be kept between two pages.
    const next = `/services/data/${version}/query/${encodeURIComponent(text)}-${end}`;
    const records = rows.value.slice(start, end);
    return Response.json({ totalSize: rows.value.length, done, ...(done ? {} : { nextRecordsUrl: next }), records });
  };

  app.get(`${base}/query`, (c) => {
    const text = c.req.query("q");
    if (!text) return refusalResponse(badRequest("MALFORMED_QUERY", "A query string has to be specified"));
    return answer(text, 0, c.req.param("version") ?? "", c.req.header("authorization"));
  });

  app.get(`${base}/query/:locator`, (c) => {
    const [, text, start] = /^(.*)-(\d+)$/s.exec(c.req.param("locator")) ?? [];
    if (text === undefined) return refusalResponse(badRequest("INVALID_QUERY_LOCATOR", "invalid query locator"));
    return answer(text, Number(start), c.req.param("version") ?? "", c.req.header("authorization"));
  });
}
