// The inbox Worker: environment in, core out. Mail that can't be taken now is answered with an error, so that the
// sender's server keeps it and tries again.
import type { FileDropped } from "#contract/file-dropped.ts";
import { fileDropped, rawReplay } from "#contract/messages.ts";
import { plainQueueName } from "#contract/queues.ts";
import type { RawReplay } from "#contract/raw-replay.ts";
import { consume } from "#runtime/consume.ts";
import { eachEvent } from "#runtime/each-event.ts";
import { consumePorts } from "#runtime/ports.ts";
import { createGetRaw } from "#runtime/read-raw.ts";
import { use } from "#runtime/usage.ts";
import { createFileStore } from "./file-store.ts";
import { importFile } from "./import-file.ts";
import { replayMail } from "./replay-mail.ts";
import { takeMail } from "./take-mail.ts";
import { wrapNotifications } from "./wrap-notification.ts";

const portsOf = (env: Env) =>
  consumePorts(
    "inbox",
    {
      signals: env.SIGNALS,
      intent: env.INTENT,
      audit: env.AUDIT,
      imports: env.IMPORTS,
      "imports-dead": env.IMPORTS_DEAD,
      "mail-replays": env.MAIL_REPLAYS,
      "mail-replays-dead": env.MAIL_REPLAYS_DEAD,
    },
    env.RETRY_BASE_SECONDS,
    env.VERSION,
  );

/** A mail may have 25 MB, of the 128 MB that an isolate has. */
const MAILS_AT_ONCE = 1;

export default {
  async email(message, env) {
    use("requests");
    const ports = portsOf(env);
    const { from, to, rawSize, raw } = message;
    const outcome = await takeMail(
      { from, to, rawSize, read: async () => new Uint8Array(await new Response(raw).arrayBuffer()) },
      {
        settings: { EMAIL_SENDERS: env.EMAIL_SENDERS, EMAIL_BOMBORA_SENDERS: env.EMAIL_BOMBORA_SENDERS },
        files: createFileStore(env.FILES),
        keepRaw: (key, body, customMetadata) => {
          use("r2_writes");
          return env.RAW.put(key, body, { customMetadata });
        },
        ...ports,
      },
    );
    if (outcome.kind === "taken") return;
    ports.log(outcome.kind === "failed" ? "error" : "warn", `mail_${outcome.kind}`, { reason: outcome.reason });
    if (outcome.kind === "failed") throw new Error(`the mail could not be taken: ${outcome.reason}`);
    message.setReject(outcome.reason);
  },

  async queue(batch, env) {
    const ports = portsOf(env);
    if (plainQueueName(batch.queue) === "mail-replays") {
      const deps = { getRaw: createGetRaw(env.RAW), ...ports };
      const handle = eachEvent<RawReplay>((event) => replayMail(event, deps), ports.log, MAILS_AT_ONCE);
      return consume("mail-replays", rawReplay, batch, handle, ports);
    }
    const deps = { files: createFileStore(env.FILES), columns: env.BOMBORA_COLUMNS, ...ports };
    const handle = eachEvent<FileDropped>((event) => importFile(event, deps), ports.log);
    await consume("imports", fileDropped, wrapNotifications(batch, ports), handle, ports);
  },
} satisfies ExportedHandler<Env>;
