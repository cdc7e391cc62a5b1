// A fact as a person reads it beside an approval. Rule: what is not known is an empty text, and then not shown.
import { dateWords, grouped } from "./functions.ts";

const MAX_CHARACTERS = 500;

/** The value of a CEL expression in words: dates, grouped numbers, lists by commas. */
export function factText(value: unknown): string {
  return wordsOf(value).slice(0, MAX_CHARACTERS);
}

function wordsOf(value: unknown): string {
  if (typeof value === "string") return value.trim();
  if (typeof value === "bigint" || typeof value === "number") return grouped(Number(value));
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value instanceof Date) return dateWords(value);
  return Array.isArray(value) ? value.map(wordsOf).filter(Boolean).join(", ") : "";
}
