// Structured logs: one JSON object a line. Rule: ids and counts only, never a payload, a name or an address;
// personal data lives in payloads, which can be erased, and a log line can not. Errors that others word may quote what they
// choked on, so what looks like it is taken out.
import { use } from "./usage.ts";

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Log = (level: "info" | "warn" | "error", event: string, fields?: LogFields) => void;

const EMAIL = /[^\s"'<>()[\],;:@]+@[^\s"'<>()[\],;:@]+\.[^\s"'<>()[\],;:@.]+/g;
/** V8 quotes the text that it could not parse. */
const QUOTED_JSON = /"[\s\S]*is not valid JSON/;

/** A logger that stamps every line with the layer. */
export function createLog(layer: string): Log {
  return (level, event, fields = {}) => {
    const line = JSON.stringify({ level, layer, event, ...fields }, (_, value: unknown) =>
      typeof value === "string" ? withoutQuotes(value) : value,
    );
    use("log_bytes", line.length);
    console[level](line);
  };
}

function withoutQuotes(text: string): string {
  return text.replace(QUOTED_JSON, "which is not valid JSON").replaceAll(EMAIL, "[address]");
}
