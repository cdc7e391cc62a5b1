// Structured logs: one JSON object a line. Rule: ids and counts only, never a payload, a name or an address;
// personal data lives in payloads, which can be erased, and a log line can not. Errors that others word may quote what they
// choked on, so what looks like it is taken out.
import { use } from "./usage.ts";

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Log = (level: "info" | "warn" | "error", event: string, fields?: LogFields) => void;

const EMAIL = /[^\s"'<>()[\],;:@]+@[^\s"'<>()[\],;:@]+\.[^\s"'<>()[\],;:@.]+/g;
/** V8 quotes the text that it could not parse. */
const QUOTED_JSON = /"[\s\S]*is not valid JSON/;

/** Most lines have neither an address nor a quotation, and need no look at each of their values. */
const SUSPICIOUS = /@|is not valid JSON/;

/** A logger that stamps every line with the layer. */
export function createLog(layer: string): Log {
  return (level, event, fields = {}) => {
    const told = { level, layer, event, ...fields };
    const plain = JSON.stringify(told);
    const line = SUSPICIOUS.test(plain)
      ? JSON.stringify(told, (_, value: unknown) => (typeof value === "string" ? withoutQuotes(value) : value))
      : plain;
    use("log_bytes", line.length);
    console[level](line);
  };
}

function withoutQuotes(text: string): string {
  return text.replace(QUOTED_JSON, "which is not valid JSON").replaceAll(EMAIL, "[address]");
}
