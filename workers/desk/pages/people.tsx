// Who may do what, and who they are in Slack. Rule: everybody known may look, operators alone change it.
import { Hono } from "hono";
import { fieldErrors } from "#web/api/field-error.ts";
import type { Identity } from "#web/auth/identity.ts";
import { ROLES } from "#web/auth/identity.ts";
import type { PersonRow } from "#web/auth/people.ts";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import type { DeskDeps } from "../deps.ts";
import { NewPerson } from "../directory.ts";

const NOT_ALLOWED = "Only an operator adds people and changes what they may do.";

const ROLE_WORDS = {
  viewer: "Viewer: looks, decides on nothing",
  rep: "Rep: decides on their own",
  manager: "Manager: decides on their team’s, too",
  operator: "Operator: everything",
} as const satisfies Record<Identity["role"], string>;

export function peoplePages({ directory }: Pick<DeskDeps, "directory">): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();

  pages.get("/", async (c) => {
    const people = await directory.list();
    const chosen = people.find(({ email }) => email === c.req.query("email")) ?? null;
    return c.html(<PeopleView frame={c.var.frame} identity={c.var.identity} people={people} chosen={chosen} />);
  });

  pages.post("/", async (c) => {
    const { frame, identity } = c.var;
    if (identity.role !== "operator") {
      return c.html(<MessagePage frame={frame} title="Not allowed" message={NOT_ALLOWED} />, 403);
    }
    const person = NewPerson.safeParse(await c.req.parseBody());
    if (!person.success) {
      const wrong = fieldErrors(person.error).map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`);
      return c.html(<MessagePage frame={frame} title="Not saved" message={wrong.join("; ")} />, 422);
    }
    await directory.put(person.data);
    return c.redirect("/people", 303);
  });
  return pages;
}

type ViewProps = { frame: Frame; identity: Identity; people: readonly PersonRow[]; chosen: PersonRow | null };

function PeopleView({ frame, identity, people, chosen }: ViewProps) {
  const isOperator = identity.role === "operator";
  return (
    <Layout frame={frame} title="People">
      <div class="page-head">
        <h1>People</h1>
      </div>
      {people.length === 0 ? (
        <div class="empty">
          <p class="empty-title">Nobody yet.</p>
          <p>Add your reps under the addresses that they have in the CRM, so that what is theirs waits for them.</p>
        </div>
      ) : (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Address</th>
              <th scope="col">Role</th>
              <th scope="col">Manager</th>
              <th scope="col">Zone</th>
              <th scope="col">Slack</th>
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <tr>
                <td>
                  {isOperator ? (
                    <a href={`/people?email=${encodeURIComponent(person.email)}#person`}>{person.name}</a>
                  ) : (
                    person.name
                  )}
                </td>
                <td>{person.email}</td>
                <td>{person.role}</td>
                <td>{person.manager_email ?? ""}</td>
                <td>{person.time_zone ?? ""}</td>
                <td>{person.slack_user_id ?? ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {isOperator ? <PersonForm person={chosen} /> : <p class="note">{NOT_ALLOWED}</p>}
    </Layout>
  );
}

function PersonForm({ person }: { person: PersonRow | null }) {
  return (
    <form method="post" action="/people" class="card edit" id="person">
      <h2>{person === null ? "Add someone" : `Change ${person.name}`}</h2>
      <Field name="email" label="Address, as in the CRM" value={person?.email} type="email" required />
      <Field name="name" label="Name" value={person?.name} required />
      <div class="field">
        <label for="person-role">Role</label>
        <select id="person-role" name="role">
          {ROLES.map((role) => (
            <option value={role} selected={role === (person?.role ?? "rep")}>
              {ROLE_WORDS[role]}
            </option>
          ))}
        </select>
      </div>
      <Field name="manager_email" label="Manager’s address" value={person?.manager_email} type="email" />
      <Field name="time_zone" label="Time zone, such as Europe/Lisbon" value={person?.time_zone} />
      <Field name="slack_user_id" label="Slack member id; empty: found by the address" value={person?.slack_user_id} />
      <div class="decide">
        <button type="submit" class="primary">
          Save
        </button>
      </div>
    </form>
  );
}

type FieldProps = { name: string; label: string; value: string | null | undefined; type?: string; required?: boolean };

function Field({ name, label, value, type = "text", required = false }: FieldProps) {
  const id = `person-${name}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} name={name} type={type} value={value ?? ""} required={required} />
    </div>
  );
}
