// An alert as Slack's blocks. Rule: the whole text is shown, however much room its escaping takes.
import { escapeMrkdwn } from "#connectors/slack-mrkdwn.ts";

/** A text object of a section holds at most this many characters. */
const SECTION_CHARACTERS = 3_000;
/** The longest entity that escaping puts in the place of one character: `&amp;`. */
const LONGEST_ENTITY = 5;

/** Sections that hold the whole text, escaped, and a link to `url` when it is a web address. */
export function alertBlocks(text: string, url: string | null): readonly unknown[] {
  const fits = escapeMrkdwn(text).length <= SECTION_CHARACTERS;
  const size = fits ? SECTION_CHARACTERS : SECTION_CHARACTERS / LONGEST_ENTITY;
  const parts = chunks(text, size).map(escapeMrkdwn);
  if (url !== null && /^https?:\/\//i.test(url)) parts.push(`<${linkTarget(url)}|Open>`);
  return parts.map((part) => ({ type: "section", text: { type: "mrkdwn", text: part } }));
}

/** Under an alert: the way to all that led to it. Without the desk's address, the id to look for there. */
export function traceBlock(correlationId: string, publicUrl: string): unknown {
  const text = publicUrl === "" ? `Trace ${correlationId}` : `<${publicUrl}/signals?q=${correlationId}|Why this?>`;
  return { type: "context", elements: [{ type: "mrkdwn", text }] };
}

/** What stands in the place of an alert that was taken back: that it no longer holds, and what it said. */
export function withdrawnBlocks(text: string): readonly unknown[] {
  const head = { type: "section", text: { type: "mrkdwn", text: "*Withdrawn.* This no longer holds:" } };
  return [head, ...alertBlocks(text, null)];
}

/** Pieces of at most `size` UTF-16 units that never split a character. */
function chunks(text: string, size: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const character of text) {
    if (piece.length + character.length > size) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  pieces.push(piece);
  return pieces;
}

function linkTarget(url: string): string {
  return escapeMrkdwn(url.replaceAll("|", "%7C").replaceAll("<", "%3C").replaceAll(">", "%3E"));
}
