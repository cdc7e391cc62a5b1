// What a bulk replay of raw bodies is asked for with; the API parses it and the OpenAPI document shows it.
import * as z from "zod";
import { Instant } from "#contract/envelope.ts";
import { RAW_KEPT_DAYS } from "#contract/raw-body.ts";

const DAY_MS = 86_400_000;

export const ReplayBody = z
  .object({
    source: z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/, "expected a source's name"),
    from: Instant,
    to: Instant,
    /** Only counts them. */
    dry_run: z.boolean().default(false),
  })
  .refine(({ from, to }) => from < to, { path: ["to"], message: "expected an instant after from" })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= (RAW_KEPT_DAYS + 1) * DAY_MS, {
    path: ["from"],
    message: `raw bodies are kept for ${RAW_KEPT_DAYS} days; ask for no more`,
  });
