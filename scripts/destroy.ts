// `npm run destroy`: takes a deployment out of the account. Rules: it asks for the name; it stops while a queue holds
// messages, for they are signals of customers; a bucket that holds files stays, and is named.
import { join } from "node:path";
import * as z from "zod";
import { type Account, readAccount } from "./deploy/account.ts";
import { type Cloudflare, Refused } from "./deploy/cloudflare.ts";
import { Failure } from "./deploy/failure.ts";
import { logIn } from "./deploy/login.ts";
import { workerName } from "./deploy/names.ts";
import { DESTROY_USAGE, type Options, parseOptions } from "./deploy/options.ts";
import { commandLine, paint, promptFor, runCommand, timed } from "./deploy/run.ts";
import { readSettings } from "./deploy/settings.ts";
import { bucketsOf } from "./deploy/target.ts";

const ROOT = join(import.meta.dirname, "..");
const Anything = z.unknown();

async function destroy(options: Options): Promise<void> {
  const prompt = promptFor(options);
  const { name, domain, account_id } = readSettings(options.config, options.stage, process.env);
  const { cloudflare } = await logIn(ROOT, process.env, account_id);
  const buckets = bucketsOf(name);
  const account = await readAccount(cloudflare, {
    deployment: name,
    domain,
    buckets: buckets.map((each) => each.name),
  });
  if (!options.withMessages) await refuseWhileMessagesWait(cloudflare, account);

  const sum = `${account.workers.size} Workers with their objects, ${account.queues.size} queues, ${account.databaseId === null ? 0 : 1} database`;
  console.log(`${paint.bold(name)} on https://${domain}: ${sum} will be deleted, with everything that they know.`);
  const typed = prompt === null ? options.name : await prompt.ask(`Type ${name} to go on: `);
  if (typed !== name)
    throw new Failure(`Nothing was deleted: the name to give is ${name} (--name ${name} with --yes).`);

  const again = `${commandLine("destroy", options)}${options.yes ? ` --name ${name}` : ""}`;
  const remove = (what: string, path: string) =>
    timed(`delete ${what}`, again, () => gone(cloudflare.call("DELETE", path, Anything)));

  for (const { name: bucket, notifies } of buckets) {
    const queue = notifies === null ? undefined : account.queues.get(notifies.queue);
    if (queue === undefined || !account.buckets.get(bucket)?.notifiedQueueIds.includes(queue.id)) continue;
    await remove(`what ${bucket} tells`, `/event_notifications/r2/${bucket}/configuration/queues/${queue.id}`);
  }
  // A Worker that reads a queue can't be deleted, and a queue that is read neither.
  for (const [queue, { id, consumers }] of account.queues) {
    for (const consumer of consumers) {
      await remove(`the consumer of ${queue}`, `/queues/${id}/consumers/${consumer.id}`);
    }
  }
  // Front to back, and the owner of the objects after all who use them.
  for (const worker of [...account.workers.keys()].reverse()) {
    const script = workerName(name, worker);
    await remove(script, `/workers/scripts/${script}?force=true`);
  }
  for (const [queue, { id }] of account.queues) await remove(queue, `/queues/${id}`);
  if (account.databaseId !== null) await remove("the database", `/d1/database/${account.databaseId}`);
  for (const bucket of account.buckets.keys()) await deleteBucket(cloudflare, bucket, again);
}

async function refuseWhileMessagesWait(cloudflare: Cloudflare, { queues }: Account): Promise<void> {
  const Metrics = z.looseObject({ backlog_count: z.number() });
  const waiting: string[] = [];
  for (const [queue, { id }] of queues) {
    const { backlog_count } = await cloudflare.call("GET", `/queues/${id}/metrics`, Metrics);
    if (backlog_count > 0) waiting.push(`  ${queue}: ${backlog_count}`);
  }
  if (waiting.length === 0) return;
  throw new Failure(
    `Messages wait in queues:\n${waiting.join("\n")}\nLet them run, or give them up with --with-messages.`,
  );
}

/** What is gone already is what was wanted. */
async function gone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Refused && error.status === 404)) throw error;
  }
}

async function deleteBucket(cloudflare: Cloudflare, bucket: string, again: string): Promise<void> {
  try {
    await timed(`delete the bucket ${bucket}`, again, () =>
      gone(cloudflare.call("DELETE", `/r2/buckets/${bucket}`, Anything)),
    );
  } catch (error) {
    if (!(error instanceof Failure && error.message.includes("not empty"))) throw error;
    console.log(`  ${paint.yellow("–")} the bucket ${bucket} holds files and stays; the dashboard can empty it`);
  }
}

const parsed = parseOptions(process.argv.slice(2), ["name", "with-messages"]);
process.exit(await runCommand(parsed, DESTROY_USAGE, destroy));
