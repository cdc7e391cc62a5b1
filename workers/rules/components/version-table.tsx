// The versions, newest first: who made which, why, and when it counted.
import type { RulesetVersion } from "#rules/store.ts";
import { Badge } from "#web/components/badge.tsx";
import { Moment } from "#web/components/moment.tsx";

export const IN_FORCE = { text: "In force", tone: "good" } as const;

export function VersionTable({ versions }: { versions: readonly RulesetVersion[] }) {
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">Version</th>
          <th scope="col">Note</th>
          <th scope="col">By</th>
          <th scope="col">Saved</th>
          <th scope="col">Activated</th>
        </tr>
      </thead>
      <tbody>
        {versions.map(({ version, note, author, created_at, activated_at, activated_by, active }) => (
          <tr>
            <td>
              <a href={`/rules/${version}`}>{version}</a> {active && <Badge label={IN_FORCE} />}
            </td>
            <td>{note}</td>
            <td>{author}</td>
            <td>
              <Moment at={created_at} />
            </td>
            <td>
              {activated_at === null ? (
                <span class="quiet">{active ? "since it shipped" : "never"}</span>
              ) : (
                <>
                  <Moment at={activated_at} /> <span class="quiet">by {activated_by}</span>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
