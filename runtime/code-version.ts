// Which version of the code is running, short enough to travel with every event.

const SHOWN_DIGITS = 8;

/** From the version metadata of the platform; `tag` is what the deploy named it, or empty. */
export function codeVersionOf({ id, tag }: { id: string; tag: string }): string {
  return tag === "" ? id.slice(0, SHOWN_DIGITS) : tag.slice(0, 100);
}
