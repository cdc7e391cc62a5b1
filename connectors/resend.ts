// Resend: mails over an API, for teams without mailboxes that can be written to. Rule: `Idempotency-Key` makes a repeat
// within 24 hours answer the first mail's id and send nothing (https://resend.com/docs/dashboard/emails/idempotency-keys).
import * as z from "zod";
import { type CallFailure, type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";
import { mapped, typedAnswer } from "./typed-answer.ts";

export type ResendSettings = { apiUrl: string; apiKey: string };

type ResendMail = {
  from: string;
  to: readonly { email: string; name: string | null }[];
  subject: string;
  body: string;
  headers: Readonly<Record<string, string>>;
};

export type Resend = {
  /** Sends at once and answers the mail's id. The same key with other content is `rejected` with 409. */
  send(mail: ResendMail, idempotencyKey: string, correlationId: string): Promise<CallResult<string>>;
};

const Sent = z.object({ id: z.string().min(1) });

export function createResend({ apiUrl, apiKey }: ResendSettings, ports: HttpPorts): Resend {
  return {
    async send({ from, to, subject, body, headers }, idempotencyKey, correlationId) {
      const call = {
        method: "POST",
        url: `${apiUrl}/emails`,
        headers: { authorization: `Bearer ${apiKey}`, "idempotency-key": idempotencyKey },
        body: { from, to: to.map(mailbox), subject, text: body, headers },
        correlationId,
      } as const;
      const result = await callJson(call, ports);
      if (!result.ok) return { ok: false, failure: resendFailure(result.failure) };
      return mapped(typedAnswer(result, Sent, "Resend"), ({ id }) => id);
    },
  };
}

/** Quoted, so that nothing in a name ends it (RFC 5322 §3.2.4). */
function mailbox({ email, name }: { email: string; name: string | null }): string {
  const shown = (name ?? "").replace(/[\p{Cc}<>]+/gu, " ").trim();
  return shown === "" ? email : `"${shown.replace(/["\\]/g, "\\$&")}" <${email}>`;
}

/** https://resend.com/docs/api-reference/errors */
function resendFailure(failure: CallFailure): CallFailure {
  const { kind, reason } = failure;
  // A domain that is not verified comes with 403, and no other key mends it.
  if (kind === "credentials" && reason.includes('"validation_error"')) return { kind: "rejected", status: 403, reason };
  if (kind === "rejected" && reason.includes('"concurrent_idempotent_requests"')) {
    return { kind: "unavailable", status: 409, retryAfterSeconds: null, reason, effectUnknown: true };
  }
  return failure;
}
