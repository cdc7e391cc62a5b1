// Remembers what a batch has already asked for. Rule: it remembers promises, so that signals handled at the same time
// share one call; it is made anew for each batch, so nothing is ever staler than that.

/** `load`, called once for each key. The call carries the trace of whoever asked first. */
export function memo<Input, Value>(
  keyOf: (input: Input) => string,
  load: (input: Input, correlationId: string) => Promise<Value>,
): (input: Input, correlationId: string) => Promise<Value> {
  const loaded = new Map<string, Promise<Value>>();
  return (input, correlationId) => {
    const key = keyOf(input);
    const value = loaded.get(key) ?? load(input, correlationId);
    loaded.set(key, value);
    return value;
  };
}
