// What a migration may do while the code before it still runs. Layers are deployed one at a time and can be rolled back, so
// the schema has to suit the version before, too: expand first, contract one version later. Rule: what takes something
// away, or refuses what the version before writes, says on the line above why nothing needs it any more:
//   -- contract: nothing since 0.3.0 reads it
// An older baseline is exempt, because no version before it was ever deployed.

/** The last migration of the first version; append-only files can't be given comments afterwards. */
const BASELINE = 6;

const HARMFUL: readonly { pattern: RegExp; why: string }[] = [
  { pattern: /^DROP\s+(TABLE|VIEW)\b/i, why: "drops what the version before may read" },
  { pattern: /^ALTER\s+TABLE\s+\S+\s+DROP\b/i, why: "drops a column that the version before may read" },
  { pattern: /^ALTER\s+TABLE\s+\S+\s+RENAME\b/i, why: "renames what the version before may name" },
  { pattern: /^CREATE\s+UNIQUE\s+INDEX\b/i, why: "may refuse what the version before writes" },
  { pattern: /^CREATE\s+(TEMP\s+|TEMPORARY\s+)?TRIGGER\b/i, why: "changes what the version before writes" },
];
/** The version before does not fill a new column, so it must have something by itself. */
const NEW_COLUMN = /^ALTER\s+TABLE\s+\S+\s+ADD\b.*\bNOT\s+NULL\b/is;

export type Offence = { file: string; statement: string; why: string };

/** What of a migration's text breaks the rule. `file` begins with its number: `0007_…`. */
export function offencesOf(file: string, sql: string): Offence[] {
  if (Number.parseInt(file, 10) <= BASELINE) return [];
  return statementsOf(sql).flatMap(({ statement, isExcused }) => {
    const why = whyHarmful(statement);
    return why === null || isExcused ? [] : [{ file, statement: statement.split("\n")[0] ?? "", why }];
  });
}

function whyHarmful(statement: string): string | null {
  const found = HARMFUL.find(({ pattern }) => pattern.test(statement));
  if (found !== undefined) return found.why;
  if (NEW_COLUMN.test(statement) && !/\bDEFAULT\b/i.test(statement)) {
    return "adds a column that the version before does not fill, without a default";
  }
  return null;
}

/** Statements as drizzle-kit divides them, without their comments; an excuse is among the comments before one. */
function statementsOf(sql: string): { statement: string; isExcused: boolean }[] {
  return sql
    .split("--> statement-breakpoint")
    .flatMap((part) => part.split(/;[ \t]*(?:\n|$)/))
    .map((part) => {
      const lines = part.trim().split("\n");
      const isExcused = lines.some((line) => /^\s*-- contract: \S.{9,}/.test(line));
      return {
        statement: lines
          .filter((line) => !/^\s*--/.test(line))
          .join("\n")
          .trim(),
        isExcused,
      };
    })
    .filter(({ statement }) => statement !== "");
}
