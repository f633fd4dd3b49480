// A table of claims that can be searched, sorted and filtered. Without scripts a plain table stands there.
(() => {
  const STEP = 25;
  // Digits of an exponent, and its sign behind them.
  const RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b";
  const COLUMNS = ["verdict", "claim", "printed", "this build"];
  // Where the cells of a column stand in a row of the data.
  const PLACES = [0, 2, 3, 4];

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function labelled(text, control) {
    return make("label", {}, text + " ", control);
  }

  function menu(name, options) {
    const select = make("select", {}, make("option", { value: "" }, "all"));
    for (const option of options) select.append(make("option", { value: option }, option));
    return [select, labelled(name, select)];
  }

  function number(text) {
    const plain = text.replace(/[~,]/g, "").replace(/ \u00d7 10(.+)/, (_, raised) => "e" + raised.replace(/./g, sign => RAISED.indexOf(sign) < 10 ? RAISED.indexOf(sign) : "-"));
    const found = parseFloat(plain);
    return Number.isNaN(found) ? null : found;
  }

  function compare(place) {
    return (a, b) => {
      const [x, y] = [number(a[place]), number(b[place])];
      if (place > 2 && x !== null && y !== null) return x - y;
      if (place > 2 && (x === null) !== (y === null)) return x === null ? 1 : -1;
      return a[place].localeCompare(b[place]);
    };
  }

  function details(data, row, columns) {
    const list = make("dl");
    list.append(make("dt", {}, "verdict"), make("dd", {}, row[5]), make("dt", {}, "family"), make("dd", {}, row[1]));
    data.details.forEach((name, k) => {
      if (row[6 + k] !== "") list.append(make("dt", {}, name), make("dd", {}, row[6 + k]));
    });
    return make("tr", { class: "book-details" }, make("td", { colspan: columns }, list));
  }

  function build(box) {
    const data = JSON.parse(box.querySelector("script").textContent);
    const words = data.rows.map(row => [row[2], row[1], row[5], row[6]].join(" ").toLowerCase());
    const rows = data.rows.map((row, k) => ({ row, words: words[k] }));
    const state = { shown: STEP, sorted: null, down: false };
    const search = make("input", { type: "search", placeholder: "energy Pop delta" });
    const [verdict, verdictLabel] = menu("Verdict", data.verdicts);
    const [family, familyLabel] = menu("Family", data.families);
    const keys = make("input", { type: "checkbox" });
    const status = make("p", { role: "status" });
    const more = make("button", { type: "button", class: "btn btn-sm btn-secondary" }, "Show more");
    const head = make("tr");
    const body = make("tbody");
    const table = make("table", { class: "table", "aria-label": box.dataset.label }, make("thead", {}, head), body);

    const heads = COLUMNS.map((name, column) => {
      const button = make("button", { type: "button" }, name);
      const cell = make("th", { scope: "col", "aria-sort": "none" }, button);
      button.addEventListener("click", () => {
        state.down = state.sorted === column && !state.down;
        state.sorted = column;
        draw();
      });
      head.append(cell);
      return cell;
    });

    function picked() {
      const asked = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const found = rows.filter(({ row, words }) =>
        (!verdict.value || row[0] === verdict.value) && (!family.value || row[1] === family.value)
        && asked.every(word => words.includes(word))).map(({ row }) => row);
      if (state.sorted !== null) {
        found.sort(compare(PLACES[state.sorted]));
        if (state.down) found.reverse();
      }
      return found;
    }

    function line(row) {
      const open = make("button", { type: "button", "aria-expanded": "false" }, row[2]);
      const claim = make("td", {}, open);
      if (keys.checked) claim.append(make("br"), make("code", {}, row[6]));
      const made = make("tr", {}, make("td", { class: "verdict-" + row[0].replace(/ /g, "-") }, row[0]), claim,
        make("td", {}, row[3]), make("td", {}, row[4]));
      open.addEventListener("click", () => {
        const expanded = open.getAttribute("aria-expanded") === "true";
        open.setAttribute("aria-expanded", String(!expanded));
        if (expanded) made.nextElementSibling.remove();
        else made.after(details(data, row, COLUMNS.length));
      });
      return made;
    }

    function draw() {
      const found = picked();
      body.replaceChildren(...found.slice(0, state.shown).map(line));
      const shown = Math.min(state.shown, found.length);
      status.textContent = `${found.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} numbers; ${shown} shown.`;
      more.hidden = found.length <= state.shown;
      heads.forEach((cell, column) => {
        const way = state.sorted !== column ? "none" : state.down ? "descending" : "ascending";
        cell.setAttribute("aria-sort", way);
      });
    }

    for (const control of [search, verdict, family, keys]) {
      control.addEventListener("input", () => { state.shown = STEP; draw(); });
    }
    more.addEventListener("click", () => { state.shown += STEP; draw(); });
    const controls = make("div", { class: "book-controls" }, labelled("Search", search), verdictLabel, familyLabel,
      labelled("Show keys", keys));
    box.querySelector("div").replaceChildren(controls, status, table, more);
    draw();
    box.dataset.drawn = "yes";
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("div.book-table").forEach(build));
})();
