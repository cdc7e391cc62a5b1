// Reads a kept mail again, by the rules as they are now. Rules: who vouched for it was found when it came, and is kept
// beside it; its time of arrival is that of the first time, so every id is too, and what was done is not done twice;
// what is still not understood is a dead letter that says why.
import * as z from "zod";
import type { Event } from "#contract/envelope.ts";
import { auditStep, signalReceived } from "#contract/messages.ts";
import { MAIL_SOURCE } from "#contract/raw-body.ts";
import type { RawReplay } from "#contract/raw-replay.ts";
import { digestName } from "#runtime/digest.ts";
import type { Log } from "#runtime/log.ts";
import { done, type Emission, emission, type Outcome, reject } from "#runtime/outcome.ts";
import { type GetRaw, readRaw } from "#runtime/read-raw.ts";
import { receivedStep } from "#runtime/received-step.ts";
import { replayedStep } from "#runtime/replayed-step.ts";
import { signalOf } from "#runtime/signal.ts";
import { readMail } from "./mail.ts";
import { readSignals } from "./read-signals.ts";

export type ReplayMailDeps = { getRaw: GetRaw; log: Log; now(): number };

/** What take-mail.ts keeps beside a mail. */
const Arrival = z.object({ to: z.string().min(1), voucher: z.enum(["author", "forwarder"]) });

export async function replayMail(
  { payload, correlation_id }: Event<RawReplay>,
  { getRaw, log, now }: ReplayMailDeps,
): Promise<Outcome> {
  const { key, requested_by } = payload;
  const raw = await readRaw(key, getRaw);
  if (!raw.ok) return raw.outcome;
  const { body, metadata, headers } = raw.kept;
  const arrival = Arrival.safeParse(Object.fromEntries(headers));
  if (metadata.source !== MAIL_SOURCE || !arrival.success) {
    return reject("malformed", `${key} was not kept as a mail, so nothing says to whom it came and who vouched for it`);
  }
  const mail = await readMail(body);
  if (mail === null) return reject("invalid_event", `${key} is no mail that can be read`);
  const messageId = mail.messageId ?? (await digestName(body));
  const { received_at: receivedAt } = metadata;
  const reading = await readSignals(mail, { ...arrival.data, messageId, receivedAt });
  const drafts = reading.kind === "signals" ? reading.drafts : [];

  const emits: Emission[] = [];
  for (const draft of drafts) {
    const made = await signalOf(draft, MAIL_SOURCE, receivedAt, key);
    if (!made.ok) return reject("invalid_event", `${key} is still not understood: ${made.reason}`);
    const { signal, correlationId } = made;
    const step = replayedStep(receivedStep(signal, "inbox", null), key, requested_by, new Date(now()).toISOString());
    emits.push(
      { ...emission("signals", signalReceived, signal, signal.urgency), correlationId },
      { ...emission("audit", auditStep, step, signal.urgency), correlationId },
    );
  }
  const ignored = reading.kind === "ignored" ? reading.name : "";
  log("info", "replayed", { source: MAIL_SOURCE, raw_ref: key, accepted: drafts.length, ignored, correlation_id });
  return done(...emits);
}
