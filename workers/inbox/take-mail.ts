// From a mail to what is on the queues. Rules: a mail that nobody on the list vouches for is refused while its sender
// still listens, and nothing of it is kept; nothing is accepted before it is safe; what fails here is tried again by the
// sender's server.
import type { FileDropped } from "#contract/file-dropped.ts";
import { fileDropped, signalReceived } from "#contract/messages.ts";
import { MAIL_SOURCE, type RawMetadata, rawPrefix } from "#contract/raw-body.ts";
import { deriveIdentity, digestName } from "#runtime/digest.ts";
import type { Log } from "#runtime/log.ts";
import { createEnvelope, type EnvelopePorts, type Publish } from "#runtime/publish.ts";
import { setting } from "#runtime/setting.ts";
import { type SignalDraft, signalOf } from "#runtime/signal.ts";
import type { FileStore } from "./file-store.ts";
import { type Attachment, readMail } from "./mail.ts";
import { type MailArrival, type MailReading, readSignals } from "./read-signals.ts";
import { sendersOf, voucherOf } from "./senders.ts";

/** `from` and `to` are the envelope's. */
export type Inbound = { from: string; to: string; rawSize: number; read(): Promise<Uint8Array> };

export type MailDeps = EnvelopePorts & {
  settings: { EMAIL_SENDERS: string; EMAIL_BOMBORA_SENDERS: string };
  publish: Publish;
  files: Pick<FileStore, "put">;
  /** Keeps a raw body; rejects when the bucket refuses. */
  keepRaw(key: string, body: Uint8Array, metadata: RawMetadata): Promise<unknown>;
  log: Log;
};

export type MailOutcome =
  | { kind: "taken"; signals: number; files: number }
  /** For good; `reason` is told to the sender's server. */
  | { kind: "refused"; reason: string }
  /** Ours to mend. */
  | { kind: "failed"; reason: string };

/** The platform's own limit. */
const MAX_MAIL_BYTES = 26_214_400;
const REPORT_NAME = /\.csv(\.gz)?$/i;

export async function takeMail(inbound: Inbound, deps: MailDeps): Promise<MailOutcome> {
  const { EMAIL_SENDERS, EMAIL_BOMBORA_SENDERS } = deps.settings;
  const set = setting("EMAIL_SENDERS or EMAIL_BOMBORA_SENDERS", EMAIL_SENDERS + EMAIL_BOMBORA_SENDERS);
  if (!set.ok) return { kind: "failed", reason: set.reason };
  const senders = sendersOf(EMAIL_SENDERS, "EMAIL_SENDERS");
  if (!senders.ok) return { kind: "failed", reason: senders.reason };
  const reporters = sendersOf(EMAIL_BOMBORA_SENDERS, "EMAIL_BOMBORA_SENDERS");
  if (!reporters.ok) return { kind: "failed", reason: reporters.reason };
  if (inbound.rawSize > MAX_MAIL_BYTES) return { kind: "refused", reason: `over ${MAX_MAIL_BYTES} bytes` };

  const raw = await inbound.read();
  const mail = await readMail(raw);
  if (mail === null) return { kind: "refused", reason: "not a mail that can be read" };
  const reports = mail.attachments.filter(({ name }) => REPORT_NAME.test(name));
  const reporter = reports.length === 0 ? null : voucherOf(mail, inbound.from, reporters.list);
  const voucher = voucherOf(mail, inbound.from, senders.list);
  const messageId = mail.messageId ?? (await digestName(raw));
  try {
    if (reporter !== null) return await takeReports(reports, messageId, deps);
    if (voucher === null) return { kind: "refused", reason: "this address takes mail of verified senders only" };
    const arrival = { messageId, to: inbound.to, receivedAt: new Date(deps.now()).toISOString(), voucher };
    return await takeSignals(await readSignals(mail, arrival), raw, arrival, deps);
  } catch (error) {
    return { kind: "failed", reason: String(error) };
  }
}

async function takeSignals(
  reading: MailReading,
  raw: Uint8Array,
  arrival: MailArrival,
  deps: MailDeps,
): Promise<MailOutcome> {
  const drafts = reading.kind === "signals" ? reading.drafts : [];
  const rawRef = drafts.length === 0 ? null : await keep(raw, arrival, deps);
  const failure = await publishSignals(drafts, arrival.receivedAt, rawRef, deps);
  if (failure !== null) return { kind: "failed", reason: failure };
  const ignored = reading.kind === "ignored" ? reading.name : "";
  deps.log("info", "received", {
    source: MAIL_SOURCE,
    accepted: drafts.length,
    ignored_names: ignored,
    raw_ref: rawRef,
  });
  return { kind: "taken", signals: drafts.length, files: 0 };
}

/** Each file goes into the bucket, where it is read as one that was dropped there. */
async function takeReports(reports: readonly Attachment[], messageId: string, deps: MailDeps): Promise<MailOutcome> {
  const at = new Date(deps.now()).toISOString();
  const { correlation_id } = await deriveIdentity([MAIL_SOURCE, messageId]);
  const origin = { correlation_id, priority: "low", causation_id: null } as const;
  const folder = await digestName(new TextEncoder().encode(messageId));
  for (const { name, bytes } of reports) {
    const key = `mail/${folder}/${name.replace(/[^\w.-]+/g, "_").slice(-150)}`;
    const eTag = await deps.files.put(key, bytes);
    const dropped: FileDropped = {
      account: "",
      bucket: "dealwire-imports",
      action: "PutObject",
      object: { key, size: bytes.byteLength, eTag },
      eventTime: at,
    };
    await deps.publish("imports", [createEnvelope(fileDropped, dropped, origin, deps)]);
  }
  deps.log("info", "files_received", { source: MAIL_SOURCE, files: reports.length, correlation_id });
  return { kind: "taken", signals: 0, files: reports.length };
}

/** Null when the queue took everything, else why not. */
async function publishSignals(
  drafts: readonly SignalDraft[],
  receivedAt: string,
  rawRef: string | null,
  deps: MailDeps,
): Promise<string | null> {
  for (const draft of drafts) {
    const made = await signalOf(draft, MAIL_SOURCE, receivedAt, rawRef);
    if (!made.ok) return made.reason;
    const { signal, correlationId } = made;
    const origin = { correlation_id: correlationId, priority: signal.urgency, causation_id: null };
    await deps.publish("signals", [createEnvelope(signalReceived, signal, origin, deps)]);
  }
  return null;
}

/** The key under which the mail is kept; null when the bucket did not take it, for that loses no signal. */
async function keep(body: Uint8Array, arrival: MailArrival, deps: MailDeps): Promise<string | null> {
  const { messageId, receivedAt, to, voucher } = arrival;
  const { correlation_id } = await deriveIdentity([MAIL_SOURCE, messageId]);
  const key = rawPrefix(MAIL_SOURCE, receivedAt.slice(0, 10)) + (await digestName(body));
  const metadata: RawMetadata = {
    source: MAIL_SOURCE,
    received_at: receivedAt,
    correlation_id,
    reason: "kept",
    // What replay-mail.ts has to know of its arrival.
    headers: JSON.stringify(Object.entries({ "content-type": "message/rfc822", to, voucher })),
  };
  try {
    await deps.keepRaw(key, body, metadata);
    return key;
  } catch (error) {
    deps.log("error", "raw_not_kept", { source: MAIL_SOURCE, correlation_id, reason: String(error) });
    return null;
  }
}
