// Several at once: one form for all that is chosen on the page (the boxes name it by `form`), there once something is.
// Rule: each choice carries the content hash of what stands beside it, so nothing is approved unread.
export function BulkForm() {
  return (
    <form id="bulk" method="post" action="/approvals/bulk" class="bulk" aria-label="All that are chosen">
      <span class="quiet" id="chosen">
        All that are chosen:
      </span>
      <button type="button" id="choose-all" class="plain" hidden>
        Choose all
      </button>
      <button type="submit" name="verb" value="approve">
        Approve
      </button>
      <button type="submit" name="verb" value="snooze">
        4 hours later
      </button>
      <label>
        Reject, because
        <input name="reason" list="reasons" maxlength={2000} autocomplete="off" />
      </label>
      <button type="submit" name="verb" value="reject" class="danger">
        Reject
      </button>
    </form>
  );
}
