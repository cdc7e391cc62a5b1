// Workers in one workerd, bundled and minified as they are deployed, each behind a socket of its own. Rule: for benches whose
// figure the development proxy would drown; between the sender and the Worker there is nothing but workerd.
import { Agent, request } from "node:http";
import { convertV4MiniflareOptions, Miniflare, type V4WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import * as z from "zod";
import { bundleOf } from "./bundle.ts";

const RateLimits = z.record(
  z.string(),
  z.object({
    namespace_id: z.string(),
    simple: z.object({ period: z.literal([10, 60]) }).transform(({ period }) => ({ period, limit: 1_000_000_000 })),
  }),
);

export type DirectWorker = {
  configPath: string;
  name: string;
  /** Its variables and secrets. */
  bindings?: Readonly<Record<string, string>>;
  /** What it is to do without: its rate limiters, or its queues, which only one Worker may consume. */
  without?: readonly ("ratelimits" | "queueConsumers")[];
};

export type Direct = { url(name: string): URL; close(): Promise<void> };

export async function startDirect(workers: readonly DirectWorker[]): Promise<Direct> {
  const options: V4WorkerOptions[] = [];
  for (const worker of workers) options.push(await optionsOf(worker));
  const miniflare = new Miniflare(convertV4MiniflareOptions({ handleStructuredLogs: () => {}, workers: options }));
  await miniflare.ready;
  const urls = new Map<string, URL>();
  for (const { name } of workers) urls.set(name, await miniflare.unsafeGetDirectURL(name));
  return {
    url(name) {
      const url = urls.get(name);
      if (url === undefined) throw new Error(`there is no Worker ${name} here`);
      return url;
    },
    close: () => miniflare.dispose(),
  };
}

export async function optionsOf({
  configPath,
  name,
  bindings = {},
  without = [],
}: DirectWorker): Promise<V4WorkerOptions> {
  const { code, texts } = await bundleOf(configPath);
  const { workerOptions } = unstable_getMiniflareWorkerOptions(configPath);
  const { rootPath: _, modulesRules: __, ...rest } = workerOptions;
  const textModules = Array.from(texts, ([path, contents]) => ({ type: "Text" as const, path, contents }));
  return {
    ...rest,
    name,
    modules: [{ type: "ESModule", path: "worker.js", contents: code }, ...textModules],
    modulesRoot: "/",
    bindings,
    // One sender is more than a key may be in a minute, so nobody is ever over.
    ratelimits: RateLimits.parse(workerOptions.ratelimits),
    ...Object.fromEntries(without.map((kind) => [kind, {}])),
    unsafeDirectSockets: [{}],
  };
}

const agent = new Agent({ keepAlive: true });

/** Posts a body over a connection that stays open. Rejects for what is not 2xx. */
export function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(body));
    const sent = request(
      url,
      { method: "POST", agent, headers: { ...headers, "content-length": length } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          const status = answer.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve();
          else reject(new Error(`${url}: ${status} ${Buffer.concat(chunks).toString()}`));
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
