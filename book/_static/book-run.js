// Lessons that need plain Python alone can be changed and run in the page, without a server.
// Nothing is loaded until somebody asks for it; Python then runs in a worker, which can be stopped.
(() => {
  const here = document.currentScript.src;
  const PATIENCE = 10000;
  const LESSONS = "div.cell.tag_runs-in-page";
  let asked = null;

  function python() {
    asked = asked || new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("run/python.js", here).href;
      script.onload = () => resolve(window.bookPython);
      script.onerror = () => { asked = null; reject(new Error("Python could not be loaded.")); };
      document.head.append(script);
    });
    return asked;
  }

  function run(source, lesson) {
    return new Promise((resolve, reject) => {
      const place = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      const worker = new Worker(place);
      const end = () => { clearTimeout(clock); worker.terminate(); URL.revokeObjectURL(place); };
      const clock = setTimeout(() => {
        end();
        resolve({ said: "", problem: "Stopped after ten seconds. Does a loop never end?" });
      }, PATIENCE);
      worker.onmessage = event => { end(); resolve(event.data); };
      worker.onerror = event => { end(); reject(new Error(event.message || "Python could not be started.")); };
      worker.postMessage(lesson);
    });
  }

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function panel(code, number, close) {
    const box = document.createElement("div");
    box.className = "book-run";
    const label = document.createElement("label");
    label.textContent = "Change the code, then run it (Ctrl+Enter):";
    const area = document.createElement("textarea");
    area.id = `book-run-${number}`;
    label.htmlFor = area.id;
    area.value = code;
    area.rows = code.split("\n").length + 1;
    area.spellcheck = false;
    area.autocapitalize = "off";
    const shown = document.createElement("div");
    shown.className = "book-run-output";
    shown.setAttribute("role", "status");
    shown.setAttribute("aria-live", "polite");

    function show({ said, problem }) {
      shown.replaceChildren();
      for (const [name, text] of [["said", said], ["problem", problem]]) {
        if (!text) continue;
        const line = document.createElement("pre");
        line.className = `book-run-${name}`;
        line.textContent = text.trimEnd();
        shown.append(line);
      }
      if (!said && !problem) shown.textContent = "It ran, and printed nothing.";
    }

    async function go() {
      shown.textContent = "Running \u2026";
      try {
        show(await run(await python(), area.value));
      } catch (error) {
        show({ said: "", problem: `${error.message} Use a copy of the chapter instead.` });
      }
    }

    area.addEventListener("keydown", event => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        go();
      }
    });
    const bar = document.createElement("div");
    bar.className = "book-run-bar";
    const reset = () => { area.value = code; shown.replaceChildren(); area.focus(); };
    bar.append(button("Run", go), button("Reset", reset), button("Close", close));
    box.append(label, area, bar, shown);
    return box;
  }

  function offer(cell, number) {
    const source = cell.querySelector("div.cell_input pre");
    if (!source) return;
    const code = source.textContent.trimEnd();
    const opener = button("Change and run", () => {
      opener.hidden = true;
      const box = panel(code, number, () => { box.remove(); opener.hidden = false; opener.focus(); });
      opener.after(box);
      box.querySelector("textarea").focus();
    });
    opener.className = "book-run-open";
    cell.querySelector("div.cell_input").after(opener);
  }

  window.addEventListener("load", () => document.querySelectorAll(LESSONS).forEach(offer));
})();
