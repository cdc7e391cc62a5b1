// The search form over the list of signals. Rule: a plain GET form, so that it works without a script and every search is
// an address; the rarer fields are folded away unless one of them is in use.
import { NotUnderstood, SearchField } from "./search-field.tsx";

type Props = {
  asked: Readonly<Record<string, string>>;
  /** The names of fields that were not understood. */
  wrong: readonly string[];
  types: readonly string[];
};

const FIELDS = [
  { name: "deal", label: "Deal", hint: "hubspot:332507367156" },
  { name: "account", label: "Account", hint: "hubspot:1001" },
  { name: "contact", label: "Person", hint: "hubspot:42 or an address" },
  { name: "rep", label: "Rep", hint: "ana@example.com" },
  { name: "source", label: "Source", hint: "hubspot" },
] as const;

export function SignalSearch({ asked, wrong, types }: Props) {
  const inUse = [...FIELDS.map(({ name }) => name), "type", "from", "to"].some((name) => asked[name]);
  const shared = { asked, wrong };
  return (
    <search>
      <form class="search" method="get" action="/signals">
        {asked.fate && <input type="hidden" name="fate" value={asked.fate} />}
        <p class="search-words">
          <SearchField
            name="q"
            label="Words of the trail, a signal or a trace"
            type="search"
            maxlength={200}
            {...shared}
          />
          <button type="submit">Search</button>
        </p>
        <details open={inUse}>
          <summary>By deal, account, person, rep, source, time</summary>
          <div class="search-fields">
            {FIELDS.map(({ name, label, hint }) => (
              <SearchField name={name} label={label} placeholder={hint} {...shared} />
            ))}
            <label>
              <span>Type</span>
              <select name="type">
                <option value="">any</option>
                {types.map((type) => (
                  <option value={type} selected={asked.type === type}>
                    {type.replaceAll("_", " ")}
                  </option>
                ))}
              </select>
            </label>
            <SearchField name="from" label="Received from" type="date" {...shared} />
            <SearchField name="to" label="before" type="date" {...shared} />
          </div>
        </details>
        <NotUnderstood wrong={wrong} hint="A record is written as system:id, a person also as an address." />
      </form>
    </search>
  );
}
