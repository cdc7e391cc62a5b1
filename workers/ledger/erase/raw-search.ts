// Looks for somebody in the raw bodies of which nothing was understood: no signal and no letter names those. Rules: so many
// bodies at a time, because each is read whole; a reference's id alone is looked for in what its own system sent, where no
// other name stands before it, so a body may go that only has the same number in it.
import { RawMetadata } from "#contract/raw-body.ts";
import { isNamed, type Names } from "./names.ts";

/** The part of the bucket that is needed. */
export type RawBucket = {
  list(options: { prefix: string; include: ["customMetadata"]; startAfter?: string }): Promise<{
    objects: readonly { key: string; customMetadata?: Record<string, string> }[];
    truncated: boolean;
  }>;
  get(key: string): Promise<{ text(): Promise<string> } | null>;
  delete(keys: string[]): Promise<unknown>;
};

/** A Worker may make a thousand calls for one event. */
const MAX_PAGES = 100;
const MAX_READ = 400;

const Reason = RawMetadata.pick({ reason: true });

/** The keys of bodies after `after` that name them, and the key after which to go on, null at the end. */
export async function findRawBodies(
  bucket: RawBucket,
  names: Names,
  after: string | null,
): Promise<{ keys: string[]; next: string | null }> {
  const keys: string[] = [];
  let [last, read] = [after, 0];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { objects, truncated } = await bucket.list({
      prefix: "raw/",
      include: ["customMetadata"],
      ...(last !== null && { startAfter: last }),
    });
    for (const { key, customMetadata } of objects) {
      if (read === MAX_READ) return { keys, next: last };
      last = key;
      if (Reason.safeParse(customMetadata).data?.reason !== "not_understood") continue;
      read += 1;
      const body = await bucket.get(key);
      if (body !== null && isAbout(await body.text(), key, names)) keys.push(key);
    }
    if (!truncated) return { keys, next: null };
  }
  return { keys, next: last };
}

/** In the text as it is, and as a form would have it. */
function isAbout(text: string, key: string, names: Names): boolean {
  const [, source = ""] = key.split("/");
  const ids = [...names].flatMap((name) => (name.startsWith(`${source}:`) ? [name.slice(source.length + 1)] : []));
  const wanted = new Set([...names, ...ids]);
  return isNamed(text, wanted) || isNamed(unescaped(text), wanted);
}

function unescaped(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
