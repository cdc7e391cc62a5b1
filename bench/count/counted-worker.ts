// A Worker, and a Durable Object's storage, with counters around them. Rule: generated entries (counted-configs.ts) put
// this around the real ones, so that what ships is what is counted.
import { type BindingKind, countedEnv } from "./counted-env.ts";
import { add, COUNTS_PATH, counts } from "./meter.ts";

type Kinds = Readonly<Record<string, BindingKind>>;
type Bindings = Record<string, unknown>;
type Handler = Pick<ExportedHandler<Bindings>, "fetch" | "queue" | "scheduled">;

const encoder = new TextEncoder();

/** Logs are billed by their size. */
function countLogs(): void {
  for (const level of ["log", "info", "warn", "error"] as const) {
    const original = console[level].bind(console);
    console[level] = (...words: unknown[]) => {
      add("log lines");
      add("log bytes", encoder.encode(words.map(String).join(" ")).byteLength);
      original(...words);
    };
  }
}

/** `logsInvocations`: the platform adds a line of its own for each request. */
export function countedWorker(worker: Handler, kinds: Kinds, logsInvocations: boolean): Handler {
  countLogs();
  const invoked = () => {
    add("requests");
    if (logsInvocations) add("invocation logs");
  };
  return {
    async fetch(request, env, context) {
      const { pathname } = new URL(request.url);
      if (pathname === COUNTS_PATH) return Response.json(counts);
      invoked();
      return worker.fetch?.(request, countedEnv(env, kinds), context) ?? new Response(null, { status: 404 });
    },
    queue(batch, env, context) {
      invoked();
      add(`queue ${batch.queue} batches`);
      add(`queue ${batch.queue} redelivered`, batch.messages.filter(({ attempts }) => attempts > 1).length);
      return worker.queue?.(batch, countedEnv(env, kinds), context);
    },
    scheduled(controller, env, context) {
      invoked();
      return worker.scheduled?.(controller, countedEnv(env, kinds), context);
    },
  };
}

/** Counts an object's rows, in place: the platform takes only its own state object in the constructor. */
export function countStorage(className: string, { storage }: DurableObjectState): void {
  const { sql } = storage;
  const exec = sql.exec.bind(sql);
  const counted: typeof sql.exec = (query, ...bindings) => {
    const cursor = exec<never>(query, ...bindings);
    // The local platform's own table, which the real one does not have.
    if (query.includes("__miniflare")) return cursor;
    // Whoever asked reads the rows at once; after that the cursor knows how many there were.
    queueMicrotask(() => {
      add(`object ${className} rows written`, cursor.rowsWritten);
      add(`object ${className} rows read`, cursor.rowsRead);
    });
    return cursor;
  };
  Object.defineProperty(sql, "exec", { value: counted });
  Object.defineProperty(storage, "kv", { value: countedKv(className, storage.kv) });
  const setAlarm = storage.setAlarm.bind(storage);
  Object.defineProperty(storage, "setAlarm", {
    value: (...args: Parameters<typeof setAlarm>) => {
      add(`object ${className} rows written`);
      add(`object ${className} alarms set`);
      return setAlarm(...args);
    },
  });
}

/** A value that is written, deleted or read is a row. */
function countedKv(className: string, kv: SyncKvStorage): SyncKvStorage {
  const written = () => add(`object ${className} rows written`);
  const read = () => add(`object ${className} rows read`);
  return {
    put(key, value) {
      written();
      kv.put(key, value);
    },
    delete(key) {
      written();
      return kv.delete(key);
    },
    get<Value>(key: string) {
      read();
      return kv.get<Value>(key);
    },
    *list<Value>(options?: SyncKvListOptions) {
      for (const entry of kv.list<Value>(options)) {
        read();
        yield entry;
      }
    },
  };
}

/** An alarm that fires is a request. */
export function countAlarm(className: string): void {
  add(`object ${className}.alarm`);
}

export { countedEnv };
