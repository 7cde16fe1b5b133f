/* What Django's administration leaves without a name for who listens to a page. */
(function () {
  "use strict";
  var page = document;

  function each(selector, act) { Array.prototype.forEach.call(page.querySelectorAll(selector), act); }

  function words(element) { return element ? element.textContent.trim().replace(/:$/, "") : ""; }

  /* Its label, the head of its column, or the legend over it. */
  function namesOf(field) {
    var label = field.id && page.querySelector("label[for='" + field.id + "']"), cell = field.closest(".tabular td");
    if (words(label)) return words(label);
    if (!cell) return [(field.closest(".form-row") || page).querySelector("legend, label"), field.previousSibling].map(words).join(" ").trim();
    return words(cell.closest("table").tHead.rows[0].cells[cell.cellIndex]);
  }

  function name(element, words) {
    if (words && !element.hasAttribute("aria-label")) element.setAttribute("aria-label", words);
  }

  function nameAll() {
    each(".tabular td :is(input:not([type=hidden]), select, textarea), .datetime input, #searchbar", function (field) {
      name(field, namesOf(field) || field.form.querySelector("[type=submit]").value);
    });
    each(".select2-selection[role=combobox][aria-labelledby]", function (box) {
      var shown = box.getAttribute("aria-labelledby"), called = namesOf(box.closest(".select2-container").previousElementSibling);
      name(box, called);
      name(page.getElementById(shown), called);
      box.removeAttribute("aria-labelledby");
      box.setAttribute("aria-describedby", shown);
    });
    each(".tabular th", function (head) { if (!words(head)) head.setAttribute("role", "cell"); });
    each("span.help-tooltip[aria-label]", function (hint) { hint.setAttribute("role", "img"); });
  }

  nameAll();
  new MutationObserver(nameAll).observe(page.body, { childList: true, subtree: true });
})();
