// HubSpot's owners. Tasks and deals name an owner by `id`; sequences want the `userId`, which is another number.
import type { Hono } from "hono";
import type { Deps } from "../../deps.ts";
import { crm } from "./records.ts";
import { refusalResponse } from "./refusal.ts";

/** Adds the endpoints under `base`, for example `/crm/owners/2026-09`. */
export function ownersApi(app: Hono, base: string, deps: Deps): void {
  const records = crm(deps);

  app.get(base, (c) => {
    const email = c.req.query("email")?.toLowerCase();
    const results = records
      .owners()
      .filter((owner) => !owner.archived && (email === undefined || owner.email.toLowerCase() === email));
    return Response.json({ results });
  });

  app.get(`${base}/:id`, (c) => {
    const byUserId = c.req.query("idProperty") === "userId";
    const owner = records
      .owners()
      .find((one) => (byUserId ? String(one.userId) : one.id) === c.req.param("id") && !one.archived);
    if (owner) return Response.json(owner);
    return refusalResponse({ status: 404, message: "resource not found", category: "OBJECT_NOT_FOUND" }, deps.newId());
  });
}
