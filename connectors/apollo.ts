// Apollo's API for sequences, which it calls emailer campaigns. Rules: arguments are query parameters and no body; a
// contact who is in the sequence already, or active in another, is skipped and named, never added twice.
// https://docs.apollo.io/reference/add-contacts-to-sequence
import * as z from "zod";
import { type Call, type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";
import { mapped, typedAnswer } from "./typed-answer.ts";

export type ApolloSettings = { apiUrl: string; apiKey: string };

/** `skipped` is Apollo's reason, for example `contacts_already_exists_in_current_campaign`. */
type AddedToSequence = { added: true } | { added: false; skipped: string };

export type Apollo = {
  contactByEmail(email: string, correlationId: string): Promise<CallResult<string | null>>;
  /** The address of a contact, if they have one; 404 when there is no such contact. */
  contactEmails(contactId: string, correlationId: string): Promise<CallResult<readonly string[]>>;
  /** The id of the mail account that sends as `email`, or null. */
  emailAccount(email: string, correlationId: string): Promise<CallResult<string | null>>;
  addToSequence(
    enrolment: { sequenceId: string; contactId: string; emailAccountId: string },
    correlationId: string,
  ): Promise<CallResult<AddedToSequence>>;
  /** Takes the contact out; one who is not in it stays so. */
  removeFromSequence(sequenceId: string, contactId: string, correlationId: string): Promise<CallResult<null>>;
};

const READ_TIMEOUT_MS = 5_000;

const ContactId = z.object({ id: z.string().min(1), email: z.string().nullish() });
const Contacts = z.object({ contacts: z.array(ContactId) });
const Accounts = z.object({ email_accounts: z.array(ContactId) });
const Added = z.object({
  contacts: z.array(z.object({ id: z.string() })).default([]),
  skipped_contact_ids: z.union([z.record(z.string(), z.string()), z.array(z.string())]).nullish(),
});

export function createApollo({ apiUrl, apiKey }: ApolloSettings, ports: HttpPorts): Apollo {
  const ask = ({ path, ...call }: Pick<Call, "method" | "body" | "correlationId" | "timeoutMs"> & { path: string }) =>
    callJson({ ...call, url: `${apiUrl}/api/v1/${path}`, headers: { "x-api-key": apiKey } }, ports);
  const idOf = (email: string, found: readonly z.infer<typeof ContactId>[]) =>
    found.find((one) => one.email?.toLowerCase() === email.toLowerCase())?.id ?? null;

  return {
    async contactByEmail(email, correlationId) {
      // A search over names and addresses; only the very address counts.
      const call = { method: "POST", path: "contacts/search", body: { q_keywords: email, per_page: 25 } } as const;
      const result = await ask({ ...call, correlationId, timeoutMs: READ_TIMEOUT_MS });
      return mapped(typedAnswer(result, Contacts, "Apollo contacts"), ({ contacts }) => idOf(email, contacts));
    },

    async contactEmails(contactId, correlationId) {
      const path = `contacts/${encodeURIComponent(contactId)}`;
      const result = await ask({ method: "GET", path, correlationId, timeoutMs: READ_TIMEOUT_MS });
      const shown = typedAnswer(result, z.object({ contact: ContactId }), "Apollo contacts");
      return mapped(shown, ({ contact }) => (typeof contact.email === "string" ? [contact.email] : []));
    },

    async emailAccount(email, correlationId) {
      const result = await ask({ method: "GET", path: "email_accounts", correlationId, timeoutMs: READ_TIMEOUT_MS });
      const accounts = typedAnswer(result, Accounts, "Apollo email_accounts");
      return mapped(accounts, ({ email_accounts }) => idOf(email, email_accounts));
    },

    async addToSequence({ sequenceId, contactId, emailAccountId }, correlationId) {
      const query = new URLSearchParams({
        emailer_campaign_id: sequenceId,
        "contact_ids[]": contactId,
        send_email_from_email_account_id: emailAccountId,
        sequence_active_in_other_campaigns: "false",
      });
      const path = `emailer_campaigns/${encodeURIComponent(sequenceId)}/add_contact_ids?${query}`;
      const result = typedAnswer(await ask({ method: "POST", path, correlationId }), Added, "Apollo add_contact_ids");
      return mapped(result, ({ contacts, skipped_contact_ids: skipped }) => {
        if (contacts.some(({ id }) => id === contactId)) return { added: true };
        const named =
          skipped === null || skipped === undefined || Array.isArray(skipped) ? undefined : skipped[contactId];
        return { added: false, skipped: named ?? "skipped without a reason" };
      });
    },

    async removeFromSequence(sequenceId, contactId, correlationId) {
      const query = new URLSearchParams({
        "emailer_campaign_ids[]": sequenceId,
        "contact_ids[]": contactId,
        mode: "remove",
      });
      const path = `emailer_campaigns/remove_or_stop_contact_ids?${query}`;
      return mapped(await ask({ method: "POST", path, correlationId }), () => null);
    },
  };
}
