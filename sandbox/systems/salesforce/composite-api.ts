// Salesforce's composite resources: several requests in one call (`/composite`, whose later parts may use what earlier
// ones answered, and `/composite/batch`). One composite is one call of the daily limit.
// Source: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite.htm
import type { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { badRequest, refusalResponse } from "./refusal.ts";
import { readBody } from "./sobjects-api.ts";
import { undoableStore } from "./undoable-store.ts";

const MAX_SUBREQUESTS = 25;
const Method = z.enum(["GET", "POST", "PATCH", "DELETE"]);
const Composite = z.object({
  allOrNone: z.boolean().default(false),
  compositeRequest: z.array(
    z.object({
      method: Method,
      url: z.string(),
      referenceId: z.string().regex(/^[A-Za-z0-9_]+$/),
      body: z.unknown().optional(),
    }),
  ),
});
const Batch = z.object({
  haltOnError: z.boolean().default(false),
  batchRequests: z.array(z.object({ method: Method, url: z.string(), richInput: z.unknown().optional() })),
});

type Answer = { status: number; body: unknown };

/** Adds the endpoints under `base`; `resources` makes the API that the parts are sent to, over the given ports. */
export function compositeApi(app: Hono, base: string, resources: (deps: Deps) => Hono, deps: Deps): void {
  app.post(`${base}/composite`, async (c) => {
    const body = readBody(await c.req.text());
    const request = Composite.safeParse(body.ok ? body.value : null);
    if (!request.success) return refusalResponse(badRequest("JSON_PARSER_ERROR", z.prettifyError(request.error)));
    const { allOrNone, compositeRequest: parts } = request.data;
    const problem = tooMany(parts.length);
    if (problem) return problem;
    const ids = parts.map(({ referenceId }) => referenceId);
    const twice = ids.find((id, n) => ids.indexOf(id) !== n);
    if (twice !== undefined)
      return refusalResponse(badRequest("INVALID_INPUT", `Duplicate reference id '${twice}' found`));
    const store = undoableStore(deps.store);
    const api = resources({ ...deps, store });
    const answers = new Map<string, Answer>();
    let failed = false;
    for (const { method, url, referenceId, body: part } of parts) {
      const filled = substitute({ url, part }, answers);
      const answer: Answer =
        allOrNone && failed
          ? HALTED
          : filled === null
            ? { status: 400, body: [{ errorCode: "PROCESSING_HALTED", message: "Invalid reference specified." }] }
            : await send(api, method, filled.url, filled.part, c.req.header("authorization"));
      failed ||= answer.status >= 400;
      answers.set(referenceId, answer);
    }
    const rolledBack = allOrNone && failed;
    if (rolledBack) store.undo();
    return Response.json({
      compositeResponse: [...answers].map(([referenceId, answer]) => {
        const { status, body: shown } = rolledBack && answer.status < 400 ? HALTED : answer;
        return { body: shown, httpHeaders: {}, httpStatusCode: status, referenceId };
      }),
    });
  });

  app.post(`${base}/composite/batch`, async (c) => {
    const body = readBody(await c.req.text());
    const request = Batch.safeParse(body.ok ? body.value : null);
    if (!request.success) return refusalResponse(badRequest("JSON_PARSER_ERROR", z.prettifyError(request.error)));
    const { haltOnError, batchRequests } = request.data;
    const problem = tooMany(batchRequests.length);
    if (problem) return problem;
    const api = resources(deps);
    const results: { statusCode: number; result: unknown }[] = [];
    let failed = false;
    for (const { method, url, richInput } of batchRequests) {
      const path = url.startsWith("/services/data/") ? url : `/services/data/${url.replace(/^\//, "")}`;
      const halted = { status: 412, body: [{ errorCode: "BATCH_PROCESSING_HALTED", message: "halted by an error" }] };
      const answer: Answer =
        failed && haltOnError ? halted : await send(api, method, path, richInput, c.req.header("authorization"));
      failed ||= answer.status >= 400;
      results.push({ statusCode: answer.status, result: answer.body });
    }
    return Response.json({ hasErrors: failed, results });
  });
}

const HALTED: Answer = {
  status: 400,
  body: [
    {
      errorCode: "PROCESSING_HALTED",
      message: "The transaction was rolled back since another operation in the same transaction failed.",
    },
  ],
};

function tooMany(count: number): Response | null {
  if (count <= MAX_SUBREQUESTS) return null;
  const message = `Limit exceeded: at most ${MAX_SUBREQUESTS} subrequests, this has ${count}`;
  return refusalResponse(badRequest("LIMIT_EXCEEDED", message));
}

async function send(api: Hono, method: string, url: string, body: unknown, authorization = ""): Promise<Answer> {
  const hasBody = method === "POST" || method === "PATCH";
  const init = { method, headers: { authorization }, ...(hasBody ? { body: JSON.stringify(body ?? {}) } : {}) };
  const response = await api.request(`http://salesforce.example${url}`, init);
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

/** `@{referenceId.path}` replaced by what that part answered; null when there is no such value. */
function substitute(
  { url, part }: { url: string; part: unknown },
  answers: ReadonlyMap<string, Answer>,
): { url: string; part: unknown } | null {
  let missing = false;
  const fill = (text: string) =>
    text.replace(/@\{(\w+)\.([\w.[\]]+)\}/g, (_, id: string, path: string) => {
      const value = valueAt(
        answers.get(id)?.body,
        path.split(/[.[\]]+/).filter((step) => step !== ""),
      );
      if (value === undefined) missing = true;
      return String(value);
    });
  const fillAll = (value: unknown): unknown => {
    if (typeof value === "string") return fill(value);
    if (Array.isArray(value)) return value.map(fillAll);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillAll(inner)]));
  };
  const filled = { url: fill(url), part: fillAll(part) };
  return missing ? null : filled;
}

function valueAt(value: unknown, path: readonly string[]): string | number | boolean | undefined {
  const [head, ...rest] = path;
  if (head === undefined)
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
  return typeof value === "object" && value !== null && Object.hasOwn(value, head)
    ? valueAt(Reflect.get(value, head), rest)
    : undefined;
}
