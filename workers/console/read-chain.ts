// The chain of the trail as it is kept, for whoever verifies it: each link with the steps it took in, and the anchors.
// Rule: it judges nothing; a verification that trusts what it verifies is none.
import * as z from "zod";
import { ANCHOR_PREFIX, Anchor, KeptStep } from "#contract/kept-step.ts";
import type { Sql } from "#web/row-reader.ts";
import { createReadAside } from "./read-aside.ts";
import type { RolledFiles } from "./read-model.ts";
import * as statements from "./read-statements.ts";

type ChainLink = {
  seq: number;
  at: string;
  previous: string;
  digest: string;
  /** Of each signal of the link the steps that are this link's; null when its trail is gone or no trail. */
  signals: readonly { signal_id: string; steps: readonly KeptStep[] | null }[];
};

export type ReadChain = {
  /** Oldest first. */
  links(after: number, limit: number): Promise<readonly ChainLink[]>;
  /** Oldest first. */
  anchors(): Promise<readonly Anchor[]>;
};

/** The part of the bucket that anchors need. */
export type AnchorFiles = {
  list(options: { prefix: string; cursor?: string }): Promise<{
    objects: readonly { key: string }[];
    truncated: boolean;
    cursor?: string;
  }>;
  get(key: string): Promise<{ text(): Promise<string> } | null>;
};

const Link = z.object({
  seq: z.number(),
  at: z.string(),
  previous: z.string(),
  digest: z.string(),
  signals: z.string(),
});
const Rolled = z.object({ rolled_to: z.string() });
const TrailRow = z.object({ signal_id: z.string(), trail: z.string() });
const Trail = z.array(KeptStep);

export function createReadChain(sql: Sql, rolledFiles: RolledFiles, files: AnchorFiles): ReadChain {
  const readAside = createReadAside(files);
  const whole = async (steps: readonly KeptStep[]) => Promise.all(steps.map(readAside));
  async function trailsOf(signalIds: readonly string[]): Promise<Map<string, readonly KeptStep[] | null>> {
    const rows = await sql(statements.TRAILS, [JSON.stringify(signalIds)]);
    const trails = new Map(
      rows.map((row) => TrailRow.parse(row)).map(({ signal_id, trail }) => [signal_id, read(trail)]),
    );
    for (const id of signalIds) {
      if (trails.has(id)) continue;
      for (const link of await sql(statements.ROLLED, [`"${id}"`])) {
        const line = (await rolledFiles(Rolled.parse(link).rolled_to))?.find(({ signal_id }) => signal_id === id);
        if (line !== undefined) trails.set(id, read(line.trail));
      }
    }
    return trails;
  }

  return {
    async links(after, limit) {
      const rows = (await sql(statements.CHAIN, [after, limit])).map((row) => Link.parse(row));
      const links = rows.map((row) => ({ ...row, ids: idsOf(row.signals) }));
      const trails = await trailsOf([...new Set(links.flatMap(({ ids }) => ids))]);
      return Promise.all(
        links.map(async ({ seq, at, previous, digest, ids }) => {
          const stepsOf = async (signal_id: string) => {
            const steps = trails.get(signal_id)?.filter(({ link }) => link === seq) ?? null;
            return { signal_id, steps: steps === null ? null : await whole(steps) };
          };
          return { seq, at, previous, digest, signals: await Promise.all(ids.map(stepsOf)) };
        }),
      );
    },
    async anchors() {
      const keys: string[] = [];
      const search: { prefix: string; cursor?: string } = { prefix: ANCHOR_PREFIX };
      for (let more = true; more; ) {
        const page = await files.list(search);
        keys.push(...page.objects.map(({ key }) => key));
        more = page.truncated;
        if (page.cursor !== undefined) search.cursor = page.cursor;
      }
      const texts = await Promise.all(keys.map(async (key) => (await files.get(key))?.text() ?? "null"));
      return texts.flatMap((text) => Anchor.safeParse(JSON.parse(text)).data ?? []);
    },
  };
}

function idsOf(text: string): string[] {
  return z.array(z.string()).safeParse(JSON.parse(text)).data ?? [];
}

/** What somebody wrote over a trail by hand may be no trail at all. */
function read(text: string): readonly KeptStep[] | null {
  try {
    return Trail.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
