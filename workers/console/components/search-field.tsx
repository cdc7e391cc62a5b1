// A field of a search form and what is said when some were not understood. Rule: it shows what was asked, and a field that
// was not understood says so to everybody.
type Props = {
  name: string;
  label: string;
  asked: Readonly<Record<string, string>>;
  /** The names of fields that were not understood. */
  wrong: readonly string[];
  type?: "date" | "search" | "text";
  placeholder?: string;
  maxlength?: number;
};

export function SearchField({ name, label, asked, wrong, ...input }: Props) {
  const invalid = wrong.includes(name) ? { "aria-invalid": "true" as const } : {};
  return (
    <label>
      <span>{label}</span>
      <input name={name} value={asked[name] ?? ""} {...input} {...invalid} />
    </label>
  );
}

/** Nothing when all were understood; `hint` says how the fields are written. */
export function NotUnderstood({ wrong, hint }: Pick<Props, "wrong"> & { hint: string }) {
  if (wrong.length === 0) return null;
  return (
    <p class="bad" role="alert">
      Not understood: {wrong.join(", ")}. {hint}
    </p>
  );
}
