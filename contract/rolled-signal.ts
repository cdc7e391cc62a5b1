// One line of a rolled-off file in R2: a signal as D1 had it, its trail and the last snapshots of its actions. Written by
// `ledger`, read by `console`. Rule: each file is whole JSON lines, gzip, and names nobody in its key.
import * as z from "zod";

const RolledSignal = z.object({
  signal_id: z.string(),
  correlation_id: z.string(),
  source: z.string(),
  signal_type: z.string(),
  event: z.string(),
  subject: z.string(),
  deal_id: z.string().nullable(),
  account_id: z.string().nullable(),
  contact_id: z.string().nullable(),
  urgency: z.string(),
  fired_at: z.string(),
  received_at: z.string(),
  fate: z.string(),
  fate_at: z.string(),
  link: z.number(),
  /** JSON, as in D1. */
  actions: z.string(),
  terms: z.string(),
  trail: z.string(),
  /** Each the JSON of an ActionSnapshot. */
  snapshots: z.array(z.string()),
});
export type RolledSignal = z.infer<typeof RolledSignal>;

/** The lines of a file. Throws when it is not what `rolledBytes` made. */
export async function readRolled(bytes: ReadableStream<Uint8Array>): Promise<RolledSignal[]> {
  const text = await new Response(bytes.pipeThrough(new DecompressionStream("gzip"))).text();
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => RolledSignal.parse(JSON.parse(line)));
}

export async function rolledBytes(lines: readonly RolledSignal[]): Promise<ArrayBuffer> {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
}
