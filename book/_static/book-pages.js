// What is wider than its frame can be scrolled by keyboard, and a line above it says that it can.
(() => {
  // A browser lets no page read another one from a disk, so a search there shows titles alone.
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS === "object") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

  const FRAMES = ".bd-content div.cell_output, .bd-content figure .output, .bd-content .pst-scrollable-table-container, .bd-content div.highlight pre, .bd-content div.math, .bd-content .book-table > div";

  function tell(frame) {
    // A formula scrolls within its own frame.
    const inner = frame.matches("div.math") && frame.querySelector("mjx-container") || frame;
    const wide = inner.scrollWidth > inner.clientWidth + 1;
    const before = frame.previousElementSibling;
    const cue = before && before.classList.contains("book-cue") ? before : null;
    if (wide && !cue) {
      const line = document.createElement("p");
      line.className = "book-cue";
      line.textContent = "\u2194 wider than the screen: scroll sideways";
      frame.before(line);
      inner.tabIndex = 0;
      if (!inner.hasAttribute("role")) inner.setAttribute("role", "group");
      if (!inner.hasAttribute("aria-label")) inner.setAttribute("aria-label", "Scrolls sideways");
    } else if (!wide && cue) {
      cue.remove();
      inner.removeAttribute("tabindex");
    }
  }

  function look() {
    document.querySelectorAll(FRAMES).forEach(tell);
  }

  window.addEventListener("load", () => {
    look();
    const frames = new ResizeObserver(look);
    document.querySelectorAll(FRAMES).forEach(frame => frames.observe(frame));
    // A fold that opens shows frames that had no width before; a chart is drawn later than the page.
    document.addEventListener("toggle", look, true);
    document.addEventListener("click", () => setTimeout(look, 300));
  });
})();
