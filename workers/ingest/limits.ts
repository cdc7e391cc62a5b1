// The limits of how often a source may call: one for each source, and one for each key of a source that nobody vouches
// for. Rule: asked after `verify`, so that a stranger can't use up what is a source's own.
import type { HookRequest, Source } from "./sources/source.ts";

/** The period of [[ratelimits]] in wrangler.toml. */
export const LIMIT_PERIOD_SECONDS = 60;

/** Whether one more request of this key is within the limit of its kind. */
export type Limit = (kind: "source" | "key", key: string) => Promise<boolean>;

/** Whether the request is within all of its limits. A limiter that is down limits nobody. */
export async function withinLimits(
  source: Pick<Source, "name" | "limitKey">,
  request: HookRequest,
  limit: Limit,
): Promise<boolean> {
  const key = source.limitKey?.(request);
  const asked = [limit("source", source.name)];
  if (key !== undefined) asked.push(limit("key", `${source.name}:${key}`));
  const answers = await Promise.all(asked.map((answer) => answer.catch(() => true)));
  return answers.every((within) => within);
}
