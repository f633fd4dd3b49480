// Brings the charts of a page to life. Until then, and without scripts, each is a still picture.
(() => {
  const here = document.currentScript.src;
  const root = document.documentElement;

  function library() {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("vega-bundle.js", here).href;
      script.onload = resolve;
      script.onerror = () => reject(new Error("vega-bundle.js could not be loaded"));
      document.head.append(script);
    });
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
      if (scheme === "dark") options.theme = "dark";
      await window.vegaEmbed(figure.querySelector("div"), spec, options);
      figure.dataset.drawn = scheme;
    }
  }

  document.addEventListener("DOMContentLoaded", async () => {
    const figures = document.querySelectorAll("figure.book-chart");
    if (!figures.length) return;
    await library();
    await draw(figures);
    let drawing = Promise.resolve();
    new MutationObserver(() => { drawing = drawing.then(() => draw(figures)); })
      .observe(root, { attributeFilter: ["data-theme"] });
  });
})();
