// HubSpot's sequences: which there are, whether a contact is in one, and the enrolment, which HubSpot refuses for a contact
// that is in any sequence already. There is no idempotency key, so a caller has to look first.
// Source: the OpenAPI document "Sequences" of 2026-09 (HubSpot/HubSpot-public-api-spec-collection).
import type { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { freeId } from "../../free-id.ts";
import { collection } from "../../store.ts";
import { RecordId, readBody } from "./inputs.ts";
import { crm } from "./records.ts";
import { notFound, type Refusal, refusalResponse } from "./refusal.ts";
import { Enrollment, Sequence } from "./sequences.ts";

const EnrollRequest = z.object({
  sequenceId: RecordId,
  contactId: RecordId,
  senderEmail: z.string(),
  senderAliasAddress: z.string().optional(),
});

/** Adds the endpoints under `base`, for example `/automation/sequences/2026-09`. */
export function sequencesApi(app: Hono, base: string, deps: Deps): void {
  const records = crm(deps);
  const sequences = collection(deps.store, "hubspot", "sequences", Sequence);
  const enrollments = collection(deps.store, "hubspot", "enrollments", Enrollment);
  const refuse = (refusal: Refusal) => refusalResponse(refusal, deps.newId());
  const bad = (status: number, message: string, category = "VALIDATION_ERROR") => refuse({ status, message, category });
  const activeOf = (contactId: string) => enrollments.list().find((one) => one.contact_id === contactId && one.active);

  app.get(base, (c) => {
    if (!c.req.query("userId")) return bad(400, "Required query parameter userId is missing");
    const results = sequences.list().map(({ id, name }) => ({ id, name, userId: c.req.query("userId") }));
    return Response.json({ total: results.length, results });
  });

  app.post(`${base}/enrollments`, async (c) => {
    const userId = c.req.query("userId");
    if (!userId) return bad(400, "Required query parameter userId is missing");
    const sender = records.owners().find((owner) => String(owner.userId) === userId && !owner.archived);
    if (sender === undefined) return bad(400, `User ${userId} does not exist in this account`);
    const body = readBody(await c.req.text(), EnrollRequest);
    if (!body.ok) return refuse(body.refusal);
    const { sequenceId, contactId, senderEmail } = body.value;
    if (sequences.get(sequenceId) === undefined) return refuse(notFound(sequenceId));
    const contact = records.get("contacts", contactId);
    if (contact === undefined || contact.archived) return refuse(notFound(contactId));
    if (sender.email.toLowerCase() !== senderEmail.toLowerCase())
      return bad(400, `${senderEmail} is not a connected inbox of user ${userId}`);
    const email = contact.properties.email;
    if (!email) return bad(422, `Contact ${contact.id} has no email address`);
    if (contact.properties.hs_email_optout === "true")
      return bad(422, `Contact ${contact.id} has unsubscribed from email`);
    if (activeOf(contact.id) !== undefined)
      return bad(409, `Contact ${contact.id} is already enrolled in a sequence`, "CONFLICT");
    const at = new Date(deps.clock()).toISOString();
    const id = freeId(BigInt(deps.clock()), (candidate) => enrollments.get(candidate) !== undefined);
    const enrollment = {
      id,
      contact_id: contact.id,
      sequence_id: sequenceId,
      to_email: email,
      sender_email: senderEmail,
      enrolled_at: at,
      active: true,
    };
    enrollments.put(id, enrollment);
    return Response.json({ id, toEmail: email, enrolledAt: at, updatedAt: at });
  });

  app.get(`${base}/enrollments/contact/:contactId`, (c) => {
    const contact = records.get("contacts", c.req.param("contactId"));
    const enrollment = contact === undefined ? undefined : activeOf(contact.id);
    if (enrollment === undefined) return refuse(notFound(c.req.param("contactId")));
    const { id, to_email: toEmail, sequence_id: sequenceId, enrolled_at: enrolledAt } = enrollment;
    const sequenceName = sequences.get(sequenceId)?.name ?? null;
    return Response.json({ id, toEmail, enrolledAt, updatedAt: enrolledAt, sequenceId, sequenceName });
  });

  app.get(`${base}/:id`, (c) => {
    const sequence = sequences.get(c.req.param("id"));
    return sequence === undefined ? refuse(notFound(c.req.param("id"))) : Response.json(sequence);
  });
}
