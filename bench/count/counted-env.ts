// The bindings of a Worker with counters around them. Rule: they do what the real ones do; only what passes is counted.
import { add } from "./meter.ts";

/** What a binding is, from the Worker's config. */
export type BindingKind =
  | { kind: "queue"; queue: string }
  | { kind: "d1" }
  | { kind: "r2" }
  | { kind: "object"; className: string };

/** Queues bills each started 64 KB of a message; about a hundred bytes are the platform's own. */
const CHUNK_BYTES = 64_000;
const OWN_BYTES = 100;

export function countedEnv(env: Record<string, unknown>, kinds: Readonly<Record<string, BindingKind>>) {
  const counted = Object.entries(kinds).map(([name, kind]) => [name, countedBinding(env[name], kind)] as const);
  return { ...env, ...Object.fromEntries(counted) };
}

// The kinds come from the config that the bindings were made from: this is the parser of what has no type.
function countedBinding(binding: unknown, kind: BindingKind): unknown {
  switch (kind.kind) {
    case "queue":
      return countedQueue(binding as Queue<string>, kind.queue);
    case "d1":
      return countedD1(binding as D1Database);
    case "r2":
      return countedR2(binding as R2Bucket);
    case "object":
      return countedObjects(binding as DurableObjectNamespace, kind.className);
  }
}

/** Anything but what `replaced` has goes through to the target. */
function around<Target extends object>(target: Target, replaced: Record<string, unknown>): Target {
  return new Proxy(target, {
    get(_, name) {
      if (typeof name === "string" && name in replaced) return replaced[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function countedQueue(queue: Queue<string>, name: string) {
  const count = (body: unknown) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const bytes = new TextEncoder().encode(text).byteLength;
    add(`queue ${name} messages`);
    add(`queue ${name} bytes`, bytes);
    add(`queue ${name} chunks`, Math.ceil((bytes + OWN_BYTES) / CHUNK_BYTES));
  };
  return around(queue, {
    send: (body: string, options?: QueueSendOptions) => {
      count(body);
      return queue.send(body, options);
    },
    sendBatch: (messages: Iterable<MessageSendRequest<string>>, options?: QueueSendBatchOptions) => {
      const all = [...messages];
      for (const { body } of all) count(body);
      return queue.sendBatch(all, options);
    },
  });
}

function countedD1(database: D1Database) {
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const noted = <Result extends D1Response>(result: Result): Result => {
    add("d1 queries");
    add("d1 rows written", Number(result.meta.rows_written));
    add("d1 rows read", Number(result.meta.rows_read));
    return result;
  };
  const statement = (original: D1PreparedStatement): D1PreparedStatement => {
    const counted = around(original, {
      bind: (...values: unknown[]) => statement(original.bind(...values)),
      all: async () => noted(await original.all()),
      run: async () => noted(await original.run()),
    });
    originals.set(counted, original);
    return counted;
  };
  return around(database, {
    prepare: (sql: string) => statement(database.prepare(sql)),
    batch: async (all: D1PreparedStatement[]) =>
      (await database.batch(all.map((each) => originals.get(each) ?? each))).map(noted),
  });
}

/** Class A are writes and lists, class B reads; deleting is free. */
function countedR2(bucket: R2Bucket) {
  const counting = (method: "put" | "list" | "get" | "head", letter: string) => {
    const call: unknown = Reflect.get(bucket, method);
    return (...args: unknown[]) => {
      add(`r2 class ${letter}`);
      return typeof call === "function" ? Reflect.apply(call, bucket, args) : undefined;
    };
  };
  return around(bucket, {
    put: counting("put", "A"),
    list: counting("list", "A"),
    get: counting("get", "B"),
    head: counting("head", "B"),
  });
}

/** Each call of a stub is a request; its time is at most what the object is billed as duration. */
function countedObjects(namespace: DurableObjectNamespace, className: string) {
  return around(namespace, {
    getByName: (name: string) => {
      const stub = namespace.getByName(name);
      return new Proxy(stub, {
        get(_, method) {
          const call: unknown = Reflect.get(stub, method);
          if (typeof method !== "string" || typeof call !== "function") return call;
          return async (...args: unknown[]) => {
            add(`object ${className}.${method}`);
            const startedAt = Date.now();
            try {
              return await Reflect.apply(call, stub, args);
            } finally {
              add(`object ${className} ms`, Date.now() - startedAt);
            }
          };
        },
      });
    },
  });
}
