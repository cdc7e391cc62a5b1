// A D1 database whose rows are counted, by D1's own `meta`. Rule: it does what the database does; only results pass by here
// (`first` and `raw` answer none, and read a row or two).
import { use } from "./usage.ts";

export function countedD1(database: D1Database): D1Database {
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const counted = (original: D1PreparedStatement): D1PreparedStatement => {
    const statement = around(original, {
      bind: (...values: unknown[]) => counted(original.bind(...values)),
      all: async () => noted(await original.all()),
      run: async () => noted(await original.run()),
    });
    originals.set(statement, original);
    return statement;
  };
  return around(database, {
    prepare: (sql: string) => counted(database.prepare(sql)),
    batch: async (statements: readonly D1PreparedStatement[]) =>
      (await database.batch(statements.map((each) => originals.get(each) ?? each))).map(noted),
  });
}

function noted<Result extends D1Response>(result: Result): Result {
  use("d1_rows_written", result.meta.rows_written);
  use("d1_rows_read", result.meta.rows_read);
  return result;
}

/** Anything but what `replaced` has goes through to the target. */
function around<Target extends object>(target: Target, replaced: Readonly<Record<string, unknown>>): Target {
  return new Proxy(target, {
    get(_, name) {
      if (typeof name === "string" && Object.hasOwn(replaced, name)) return replaced[name];
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
