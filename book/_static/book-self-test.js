// Questions of a self-test become forms: choose, check, read why. Nothing is kept or sent.
// Without this script they are lists, with their answers folded below.
(() => {
  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  // What an item of a list holds, without the paragraph that may be around it.
  function content(item) {
    const only = item.children.length === 1 && item.firstElementChild.tagName === "P";
    return [...(only ? item.firstElementChild : item).childNodes];
  }

  function choice(item, name, letter) {
    const radio = make("input", { type: "radio", name, value: letter, id: `${name}-${letter}` });
    const label = make("label", { for: radio.id }, ...content(item));
    return make("div", { class: "self-test-choice" }, radio, label);
  }

  function enhance(block, number) {
    const [question, answers, fold] = ["p", "ul", "details"].map(tag => block.querySelector(`:scope > ${tag}`));
    const reasons = [...fold.querySelectorAll(":scope > ul > li")];
    const name = `self-test-${number + 1}`;
    const letters = "abcdef";
    const legend = make("legend", {}, ...question.childNodes);
    const choices = [...answers.children].map((item, k) => choice(item, name, letters[k]));
    const fieldset = make("fieldset", {}, legend, ...choices);
    const button = make("button", { type: "submit" }, "Check");
    const said = make("p", { role: "status", "aria-live": "polite", class: "self-test-said" });
    const form = make("form", {}, fieldset, button, said);

    form.addEventListener("submit", event => {
      event.preventDefault();
      const chosen = form.querySelector("input:checked");
      if (!chosen) {
        said.textContent = "Choose an answer first.";
        return;
      }
      form.dataset.state = chosen.value === block.dataset.right ? "right" : "wrong";
      said.replaceChildren(...content(reasons[letters.indexOf(chosen.value)]).map(node => node.cloneNode(true)));
    });
    form.addEventListener("change", () => {
      delete form.dataset.state;
      said.replaceChildren();
    });
    question.replaceWith(form);
    answers.remove();
    block.dataset.ready = "";
  }

  function begin() {
    document.querySelectorAll("div.self-test").forEach(enhance);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
