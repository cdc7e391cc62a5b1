// The backtest API: NDJSON, one event a line as it happens, the summary last. Rule: it evaluates and does nothing else,
// so whoever sees everything may ask for it.
import { Hono } from "hono";
import type { BacktestEvent } from "#rules/backtest-report.ts";
import { codedProblem, invalidBody, notJson } from "#web/api/api-problem.ts";
import { fieldErrors } from "#web/api/field-error.ts";
import { BacktestBody } from "#web/api/rules-body.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { RulesDeps } from "../deps.ts";
import { type Candidate, startBacktest } from "../start-backtest.ts";
import { textStream } from "../text-stream.ts";
import { documentProblem, unknownVersion } from "./refusals.ts";

const HEADERS = {
  "content-type": "application/x-ndjson; charset=utf-8",
  // The edge would hold lines back to compress them.
  "cache-control": "no-store, no-transform",
};

export function backtestApi(deps: RulesDeps): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();
  api.post("/", async (c) => {
    const { requestId } = c.var;
    const body: unknown = await c.req.json().catch(() => undefined);
    if (body === undefined) return notJson(requestId);
    const parsed = BacktestBody.safeParse(body);
    if (!parsed.success) return invalidBody(requestId, fieldErrors(parsed.error));
    const started = await startBacktest(candidateOf(parsed.data), parsed.data.days, deps, requestId);
    if (started.ok) return c.body(textStream(lines(started.events)), 200, HEADERS);
    switch (started.code) {
      case "unknown_version":
        return unknownVersion(requestId);
      case "not_valid":
        return documentProblem(requestId, started.problems);
      case "not_configured": {
        const told = { status: 503, code: started.code, title: "Not configured", detail: started.reason };
        return codedProblem(requestId, { ...told, mayPass: false });
      }
    }
  });
  return api;
}

function candidateOf({ document, version }: { document: string | null; version: string | null }): Candidate {
  if (document !== null) return { kind: "document", document };
  return version === null ? { kind: "in_force" } : { kind: "version", version };
}

async function* lines(events: AsyncGenerator<BacktestEvent>): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(event)}\n`;
}
