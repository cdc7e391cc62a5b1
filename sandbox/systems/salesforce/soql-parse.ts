// SOQL as text to a query: the part of the language that a CRM client needs (fields through relationships, subqueries,
// conditions, ORDER BY, LIMIT, OFFSET). Anything else is refused as MALFORMED_QUERY, as what Salesforce does not read.
// Source: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/

export type Literal = string | number | boolean | null | { date: string } | { lastDays: number };
export type Condition =
  | { kind: "and" | "or"; parts: Condition[] }
  | { kind: "not"; part: Condition }
  | { kind: "compare"; field: string; operator: string; value: Literal }
  | { kind: "in"; field: string; not: boolean; values: Literal[] };
export type Query = {
  fields: string[];
  subqueries: Query[];
  from: string;
  where: Condition | null;
  orderBy: { field: string; descending: boolean; nullsLast: boolean }[];
  limit: number | null;
  offset: number;
};

/** What is wrong with a query, in words; thrown inside the parser and answered by `parseSoql`. */
class Malformed extends Error {}

const TOKEN =
  /\s*('(?:[^'\\]|\\.)*'|\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d))?|-?\d+(?:\.\d+)?|[A-Za-z_][\w.]*(?::\d+)?|<>|[<>!]=|[=<>(),])/y;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** The query, or what is wrong with it. */
export function parseSoql(text: string): { ok: true; query: Query } | { ok: false; reason: string } {
  try {
    const parser = new Parser(tokens(text));
    const query = parser.query();
    parser.end();
    return { ok: true, query };
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, reason: error.message };
    throw error;
  }
}

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Malformed(`unexpected character at position ${at}: '${text.slice(at, at + 20)}'`);
    found.push(match[1] ?? "");
  }
  return found;
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(list: readonly string[]) {
    this.#tokens = list;
  }

  query(): Query {
    this.#expect("SELECT");
    const fields: string[] = [];
    const subqueries: Query[] = [];
    do {
      if (this.#take("(")) {
        subqueries.push(this.query());
        this.#expect(")");
      } else fields.push(this.#name());
    } while (this.#take(","));
    this.#expect("FROM");
    const from = this.#name();
    const where = this.#take("WHERE") ? this.#either() : null;
    const orderBy = this.#orderBy();
    const limit = this.#take("LIMIT") ? this.#count() : null;
    const offset = this.#take("OFFSET") ? this.#count() : 0;
    return { fields, subqueries, from, where, orderBy, limit, offset };
  }

  end(): void {
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new Malformed(`unexpected token: '${rest}'`);
  }

  #orderBy(): Query["orderBy"] {
    const sorts: Query["orderBy"] = [];
    if (!this.#take("ORDER")) return sorts;
    this.#expect("BY");
    do {
      const field = this.#name();
      const descending = this.#take("DESC");
      if (!descending) this.#take("ASC");
      const nulls = this.#take("NULLS");
      const nullsLast = nulls && this.#take("LAST");
      if (nulls && !nullsLast) this.#expect("FIRST");
      sorts.push({ field, descending, nullsLast });
    } while (this.#take(","));
    return sorts;
  }

  #either(): Condition {
    const parts = [this.#both()];
    while (this.#take("OR")) parts.push(this.#both());
    const [first] = parts;
    return parts.length === 1 && first !== undefined ? first : { kind: "or", parts };
  }

  #both(): Condition {
    const parts = [this.#condition()];
    while (this.#take("AND")) parts.push(this.#condition());
    const [first] = parts;
    return parts.length === 1 && first !== undefined ? first : { kind: "and", parts };
  }

  #condition(): Condition {
    if (this.#take("NOT")) return { kind: "not", part: this.#condition() };
    if (this.#take("(")) {
      const inner = this.#either();
      this.#expect(")");
      return inner;
    }
    const field = this.#name();
    const not = this.#take("NOT");
    if (not || this.#peek("IN")) {
      this.#expect("IN");
      this.#expect("(");
      const values = [this.#literal()];
      while (this.#take(",")) values.push(this.#literal());
      this.#expect(")");
      return { kind: "in", field, not, values };
    }
    const operator = this.#next().toUpperCase();
    if (!["=", "!=", "<>", "<", "<=", ">", ">=", "LIKE"].includes(operator))
      throw new Malformed(`unexpected token: '${operator}'`);
    return { kind: "compare", field, operator: operator === "<>" ? "!=" : operator, value: this.#literal() };
  }

  #literal(): Literal {
    const token = this.#next();
    if (token.startsWith("'"))
      return token.slice(1, -1).replace(/\\(.)/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
    if (/^\d{4}-/.test(token)) return { date: token };
    if (/^-?\d/.test(token)) return Number(token);
    const word = token.toUpperCase();
    if (word === "NULL") return null;
    if (word === "TRUE" || word === "FALSE") return word === "TRUE";
    if (word === "TODAY") return { lastDays: 0 };
    const days = /^(LAST|NEXT)_N_DAYS:(\d+)$/.exec(word);
    if (days !== null) return { lastDays: days[1] === "LAST" ? Number(days[2]) : -Number(days[2]) };
    throw new Malformed(`unexpected token: '${token}'`);
  }

  #count(): number {
    const token = this.#next();
    if (!/^\d+$/.test(token)) throw new Malformed(`unexpected token: '${token}'`);
    return Number(token);
  }

  #name(): string {
    const token = this.#next();
    if (!/^[A-Za-z_][\w.]*$/.test(token)) throw new Malformed(`unexpected token: '${token}'`);
    return token;
  }

  #peek(word: string): boolean {
    return this.#tokens[this.#at]?.toUpperCase() === word;
  }

  #take(word: string): boolean {
    const there = this.#peek(word);
    if (there) this.#at += 1;
    return there;
  }

  #expect(word: string): void {
    if (!this.#take(word)) throw new Malformed(`unexpected token: '${this.#tokens[this.#at] ?? "<EOF>"}'`);
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Malformed("unexpected token: '<EOF>'");
    this.#at += 1;
    return token;
  }
}
