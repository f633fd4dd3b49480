// Brings the charts of a page to life. Until then, and without scripts, each is a still picture.
(() => {
  const here = document.currentScript.src;
  const root = document.documentElement;
  const LISTED = 10;

  function library() {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("vega-bundle.js", here).href;
      script.onload = resolve;
      script.onerror = () => reject(new Error("vega-bundle.js could not be loaded"));
      document.head.append(script);
    });
  }

  // The scale of an axis of the map: the one whose extent the zoom sets.
  function axis(result, name) {
    const raw = `zoom["${name}"]`;
    return result.vgSpec.scales.find(scale => scale.domainRaw && scale.domainRaw.signal === raw).name;
  }

  function zoom(result, factor, right, up) {
    for (const [name, share] of [["x", right], ["y", up]]) {
      const [low, high] = result.view.scale(axis(result, name)).domain();
      const middle = (low + high) / 2 + share * (high - low);
      const half = (high - low) / 2 * factor;
      result.view.signal(`zoom_${name}`, [middle - half, middle + half]);
    }
    result.view.runAsync();
  }

  function whole(result) {
    result.view.signal("zoom_x", null).signal("zoom_y", null).runAsync();
  }

  // Buttons for those who have no wheel, or no mouse.
  function zoomButtons(result) {
    const bar = document.createElement("div");
    bar.className = "book-zoom";
    const buttons = [
      ["+", "Zoom in", () => zoom(result, 0.6, 0, 0)],
      ["\u2212", "Zoom out", () => zoom(result, 1 / 0.6, 0, 0)],
      ["\u2190", "Move left", () => zoom(result, 1, -0.25, 0)],
      ["\u2192", "Move right", () => zoom(result, 1, 0.25, 0)],
      ["\u2191", "Move up", () => zoom(result, 1, 0, 0.25)],
      ["\u2193", "Move down", () => zoom(result, 1, 0, -0.25)],
      ["whole map", "Show the whole map", () => whole(result)],
    ];
    for (const [text, label, act] of buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.title = label;
      button.setAttribute("aria-label", label);
      button.addEventListener("click", act);
      bar.append(button);
    }
    return bar;
  }

  function named(row, between) {
    return [row.artist, row.title].filter(Boolean).join(between);
  }

  // Says in words what a search found, since colours and sizes of dots do not.
  function foundLine(result) {
    const line = document.createElement("p");
    line.setAttribute("role", "status");
    const tell = () => {
      const asked = String(result.view.signal("asked")).trim().toLowerCase();
      const corpus = result.view.signal("chosen_corpus");
      if (!asked) { line.textContent = ""; return; }
      const found = result.view.data("points").filter(row => row.corpus === corpus
        && named(row, " ").toLowerCase().includes(asked));
      const shown = found.slice(0, LISTED).map(row => named(row, ": ")).join("; ");
      const rest = found.length > LISTED ? ` and ${found.length - LISTED} more` : "";
      line.textContent = found.length ? `Found ${found.length}: ${shown}${rest}.` : `Nothing found in ${corpus}.`;
    };
    result.view.addSignalListener("asked", tell);
    result.view.addSignalListener("chosen_corpus", tell);
    return line;
  }

  function dressMap(figure, result) {
    figure.querySelectorAll(".book-zoom, [role=status]").forEach(old => old.remove());
    figure.append(zoomButtons(result));
    for (const name of ["chosen_corpus", "chosen_map"]) {
      result.view.addSignalListener(name, () => whole(result));
    }
    if (result.view.getState().signals.asked !== undefined) figure.append(foundLine(result));
  }

  async function draw(figures) {
    // One after the other, all of them: a chart drawn only when seen would be missing in print.
    for (const figure of figures) {
      const scheme = root.dataset.theme;
      const spec = JSON.parse(figure.querySelector("script").textContent);
      if (spec.hconcat && figure.clientWidth < 600) {
        // What stands side by side on a wide page stands one below the other on a narrow one.
        spec.vconcat = spec.hconcat;
        delete spec.hconcat;
      }
      const text = { color: scheme === "dark" ? "#ddd" : "#333" };
      const config = { background: "transparent", text };
      const options = { renderer: "svg", actions: false, config };
      if (scheme === "dark") {
        options.theme = "dark";
        // The theme's own lines are as bright as what they measure.
        config.axis = { gridColor: "#444" };
      }
      const result = await window.vegaEmbed(figure.querySelector("div"), spec, options);
      // Vega's picture has the role of an image and no name.
      figure.querySelector("svg").setAttribute("aria-label", figure.getAttribute("aria-label"));
      // Nor have its groups of marks; the name of the whole stands for them.
      figure.querySelectorAll("[role=graphics-symbol]:not([aria-label])")
        .forEach(group => group.removeAttribute("role"));
      if (spec.usermeta && spec.usermeta.map) dressMap(figure, result);
      figure.dataset.drawn = scheme;
    }
  }

  document.addEventListener("DOMContentLoaded", async () => {
    const figures = document.querySelectorAll("figure.book-chart");
    if (!figures.length) return;
    await library();
    await draw(figures);
    // A window that grows is first laid out without its sidebars; Vega measures its charts then, and not again.
    let width = 0;
    new ResizeObserver(() => {
      const changed = figures[0].clientWidth !== width;
      width = figures[0].clientWidth;
      if (changed) requestAnimationFrame(() => window.dispatchEvent(new Event("resize")));
    }).observe(figures[0]);
    let drawing = Promise.resolve();
    new MutationObserver(() => { drawing = drawing.then(() => draw(figures)); })
      .observe(root, { attributeFilter: ["data-theme"] });
  });
})();
