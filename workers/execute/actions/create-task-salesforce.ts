// create_task in Salesforce: one Task on the opportunity, its first contact and its owner. The idempotency key is the
// external id `Dealwire_Key__c`, and the task is an upsert by it, so a second create is the same task.
import * as z from "zod";
import { CreateTask } from "#contract/action.ts";
import { type Attempt, actionAdapter } from "./action-adapter.ts";
import { callFailed } from "./call-failure.ts";
import { takingBackFailed } from "./compensation-outcome.ts";
import { salesforceOf } from "./salesforce-client.ts";

const SECRET = "SALESFORCE_PRIVATE_KEY";
const SYSTEM = "salesforce:";
const PRIORITY = { low: "Low", medium: "Normal", high: "High" } as const;
const Upserted = z.object({ id: z.string() });

export const createTaskSalesforce = actionAdapter(
  CreateTask,
  "salesforce",
  async (params, attempt, ports) => {
    const connected = salesforceOf(ports);
    if (!connected.ok) return connected.outcome;
    const references = [params.deal_id, ...params.contact_ids, params.account_id, params.owner_id];
    const foreign = references.find((reference) => reference !== null && !reference.startsWith(SYSTEM));
    if (foreign !== undefined) {
      const reason = `${foreign} is not a Salesforce record; a Salesforce task can only name salesforce:<id>`;
      return { kind: "rejected", reason };
    }
    const { salesforce } = connected;
    const about = params.deal_id ?? params.account_id;
    const [contact] = params.contact_ids;
    const body = {
      // The body of a subject field in Salesforce is 255 characters long.
      Subject: params.subject.slice(0, 255),
      Description: params.body,
      ActivityDate: params.due_at.slice(0, 10),
      Status: "Not Started",
      Priority: PRIORITY[params.importance],
      ...(params.owner_id === null ? {} : { OwnerId: idOf(params.owner_id) }),
      ...(about === null ? {} : { WhatId: idOf(about) }),
      ...(contact === undefined ? {} : { WhoId: idOf(contact) }),
    };
    const saved = await salesforce.request({ method: "PATCH", path: keyed(attempt), body }, attempt.correlationId);
    if (!saved.ok) return callFailed(saved.failure, "effect", SECRET);
    const task = Upserted.safeParse(saved.value);
    // Up to version 45 an update by external id answers nothing.
    const found = task.success ? task.data.id : null;
    const effect = {
      external_id: found ?? attempt.idempotencyKey,
      url: found === null ? null : salesforce.pageOf("Task", found),
      summary: `created Salesforce task "${params.subject}"`.slice(0, 500),
      at: new Date(ports.now()).toISOString(),
      undo: null,
    };
    return { kind: "executed", effect };
  },
  async (params, effect, attempt, ports) => {
    const connected = salesforceOf(ports);
    if (!connected.ok) return connected.outcome;
    const path =
      effect.external_id === attempt.idempotencyKey ? keyed(attempt) : `/sobjects/Task/${effect.external_id}`;
    const deleted = await connected.salesforce.request({ method: "DELETE", path }, attempt.correlationId);
    if (deleted.ok || deleted.failure.kind === "not_found")
      return { kind: "compensated", summary: "the task was deleted" };
    return takingBackFailed(
      deleted.failure,
      `Delete task ${effect.external_id} in Salesforce, ${JSON.stringify(params.subject)}.`,
      SECRET,
    );
  },
);

function keyed({ idempotencyKey }: Attempt): string {
  return `/sobjects/Task/Dealwire_Key__c/${encodeURIComponent(idempotencyKey)}`;
}

function idOf(reference: string): string {
  return reference.slice(SYSTEM.length);
}
