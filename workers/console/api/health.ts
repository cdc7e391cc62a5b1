// The health API, for `npm run doctor`. Rule: operators only.
import { Hono } from "hono";
import { operatorsOnly } from "#web/api/api-problem.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { ConsoleDeps } from "../deps.ts";

export function healthApi({ readHealth, now }: Pick<ConsoleDeps, "readHealth" | "now">): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();
  api.get("/", async (c) =>
    c.var.identity.role === "operator" ? c.json(await readHealth(now())) : operatorsOnly(c.var.requestId),
  );
  return api;
}
