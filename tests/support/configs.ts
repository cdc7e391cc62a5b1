// Every wrangler.toml, parsed; the fences hold them against contract/queues.ts.
import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import * as z from "zod";

const Producer = z.strictObject({ binding: z.string(), queue: z.string() });
const Consumer = z.strictObject({
  queue: z.string(),
  max_batch_size: z.int().optional(),
  max_batch_timeout: z.int().optional(),
  max_retries: z.int().optional(),
  max_concurrency: z.int().optional(),
  dead_letter_queue: z.string().optional(),
});

const Config = z.looseObject({
  name: z.string(),
  main: z.string(),
  compatibility_date: z.string(),
  workers_dev: z.boolean(),
  preview_urls: z.boolean().optional(),
  services: z.array(z.unknown()).default([]),
  secrets: z.strictObject({ required: z.array(z.string()) }),
  queues: z
    .strictObject({ producers: z.array(Producer).default([]), consumers: z.array(Consumer).default([]) })
    .default({
      producers: [],
      consumers: [],
    }),
});
export type Config = z.infer<typeof Config>;

export function readConfig(path: string): Config {
  return Config.parse(parse(readFileSync(path, "utf8")));
}
