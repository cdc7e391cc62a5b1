// The people API: who is known here and what they may do. Rule: everybody known may read, operators alone write.
import { Hono } from "hono";
import { invalidBody, notJson, operatorsOnly } from "#web/api/api-problem.ts";
import { fieldErrors } from "#web/api/field-error.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { DeskDeps } from "../deps.ts";
import { NewPerson } from "../directory.ts";

export function peopleApi({ directory }: Pick<DeskDeps, "directory">): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();
  api.get("/", async (c) => c.json({ people: await directory.list() }));
  api.put("/:email", async (c) => {
    if (c.var.identity.role !== "operator") return operatorsOnly(c.var.requestId);
    const body: unknown = await c.req.json().catch(() => undefined);
    if (body === undefined || body === null || typeof body !== "object") return notJson(c.var.requestId);
    const person = NewPerson.safeParse({ ...body, email: c.req.param("email") });
    if (!person.success) return invalidBody(c.var.requestId, fieldErrors(person.error));
    await directory.put(person.data);
    return c.json({ person: person.data });
  });
  return api;
}
