// A state in one word. Rule: the word carries the meaning, the colour only repeats it.
import type { Label } from "./words.ts";

export function Badge({ label }: { label: Label }) {
  return <span class={`badge badge-${label.tone}`}>{label.text}</span>;
}
