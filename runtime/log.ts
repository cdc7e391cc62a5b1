// Structured logs: one JSON object a line. Rule: ids and counts only, never a payload, a name or an address;
// personal data lives in payloads, which can be erased, and a log line can not.
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Log = (level: "info" | "warn" | "error", event: string, fields?: LogFields) => void;

/** A logger that stamps every line with the layer. */
export function createLog(layer: string): Log {
  return (level, event, fields = {}) => {
    console[level](JSON.stringify({ level, layer, event, ...fields }));
  };
}
