// Any value as indented JSON, cut so that one huge payload does not make a huge page; the API has it whole.
const MAX_CHARACTERS = 8_000;

export function PrettyJson({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? "null";
  return (
    <>
      {/* Scrolls sideways, so the keyboard must be able to get in. */}
      <pre tabindex={0}>{text.slice(0, MAX_CHARACTERS)}</pre>
      {text.length > MAX_CHARACTERS && <p class="quiet">Cut after {MAX_CHARACTERS} characters; the JSON has all.</p>}
    </>
  );
}
