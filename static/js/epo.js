/* Small comforts. Every page works without this file. */
(function () {
  "use strict";
  var page = document, body = page.body, says = body.dataset;

  function each(selector, act, root) { Array.prototype.forEach.call((root || page).querySelectorAll(selector), act); }

  function tell(text, kind) {
    var place = page.getElementById("notices");
    if (!place || !text) return;
    var note = page.createElement("p");
    note.className = "notice " + (kind || "info");
    note.textContent = text;
    place.replaceChildren(note);
    place.scrollIntoView({ block: "nearest" });
    return note;
  }

  /* A form is sent once: its button shows that it is busy until the answer comes. */
  page.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    var question = (button && button.dataset.confirm) || form.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (form.method === "dialog" || form.hasAttribute("hx-post") || form.hasAttribute("hx-get")) return;
    if (form.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
    form.setAttribute("aria-busy", "true");
    if (button) button.setAttribute("aria-busy", "true");
  }, true);
  window.addEventListener("pageshow", function () {
    each("form[aria-busy], form [aria-busy]", function (busy) { busy.removeAttribute("aria-busy"); });
  });

  page.addEventListener("htmx:sendError", function () { tell(says.saysOffline, "wait"); });
  page.addEventListener("htmx:timeout", function () { tell(says.saysOffline, "wait"); });
  page.addEventListener("htmx:responseError", function () { tell(says.saysWrong, "bad"); });

  /* Filters without htmx: the form is sent as soon as something is chosen. */
  page.addEventListener("change", function (event) {
    var form = event.target.form;
    if (form && form.hasAttribute("data-auto")) form.requestSubmit();
  });

  page.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-copy], [data-print]");
    if (button && button.hasAttribute("data-print")) window.print();
    else if (button && navigator.clipboard) {
      var from = page.querySelector(button.dataset.copy);
      if (from) navigator.clipboard.writeText(from.value || from.textContent.trim()).then(function () { tell(says.saysCopied, "good"); });
    }
    each("details.drop[open]", function (drop) { if (!drop.contains(event.target)) drop.open = false; });
  });
  each("[data-scripted]", function (hidden) { hidden.hidden = false; });

  /* On a narrow screen the menu shows where one is. */
  each(".menu [aria-current], .tabs [aria-current], nav > .chips [aria-current]", function (here) {
    var strip = here.closest("ul");
    strip.scrollLeft = here.offsetLeft - strip.offsetLeft - 48;
  });

  /* Keys. */
  function items() { return page.querySelectorAll("[data-queue] [data-item]"); }
  function step(by) {
    var all = Array.prototype.slice.call(items()), at = all.indexOf(page.activeElement);
    if (at < 0) at = all.findIndex(function (one) { return one.closest("[aria-current=true]"); });
    var next = at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[at + by];
    if (next) next.focus();
  }
  page.addEventListener("keydown", function (event) {
    var here = event.target, typing = /^(INPUT|TEXTAREA|SELECT)$/.test(here.tagName) || here.isContentEditable;
    if (event.key === "Escape") each("details.drop[open]", function (drop) { drop.open = false; drop.firstElementChild.focus(); });
    if (typing || event.ctrlKey || event.metaKey || event.altKey || page.querySelector("dialog[open]")) return;
    var search = page.querySelector("[data-search], input[type=search]"), keys = page.getElementById("keys");
    if (event.key === "/" && search) { search.focus(); search.select(); }
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?" && keys && keys.showModal) keys.showModal();
    else return;
    event.preventDefault();
  });

  /* Drafts: what was typed into form[data-draft] survives a lost page, until the server's receipt drops it.
     Names, phones and passwords are not kept: phones are shared. */
  var WEEK = 7 * 864e5;
  function keeps(field) {
    return field.name && !field.closest("[data-private]") && !field.hasAttribute("data-private") &&
      !/^(password|file|submit|button|tel|email)$/.test(field.type) && (field.type !== "hidden" || field.hasAttribute("data-keep"));
  }
  function store(act) { try { return act(window.localStorage); } catch (refused) { return null; } }
  function keyOf(form) { return "draft:" + form.dataset.draft; }
  function save(form) {
    var kept = [];
    Array.prototype.forEach.call(form.elements, function (field) {
      if (keeps(field) && (!/^(checkbox|radio)$/.test(field.type) || field.checked)) kept.push([field.name, field.value]);
    });
    store(function (drawer) { drawer.setItem(keyOf(form), JSON.stringify({ at: Date.now(), kept: kept })); });
  }
  function restore(form) {
    var draft = store(function (drawer) { return JSON.parse(drawer.getItem(keyOf(form)) || "null"); });
    if (!draft || Date.now() - draft.at > WEEK || form.querySelector(".error")) return;
    var kept = draft.kept.slice(), changed = false, own = [];
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!keeps(field)) return;
      var box = /^(checkbox|radio)$/.test(field.type);
      var at = kept.findIndex(function (pair) { return pair[0] === field.name && (!box || pair[1] === field.value); });
      if (at < 0) return;
      var value = kept.splice(at, 1)[0][1];
      if (box ? field.checked : field.value === value) return;
      if (!box && field.type !== "hidden" && field.value && field.tagName !== "SELECT") return;
      if (field.type === "hidden") own.push([field, field.value]);
      if (box) field.checked = true; else field.value = value;
      changed = changed || field.type !== "hidden";
    });
    if (changed) offerAfresh(form, own, tell(says.saysDraft));
  }
  /* What was restored can be dropped: the form is then as it came, with its own id. */
  function offerAfresh(form, own, note) {
    if (!note) return;
    var button = page.createElement("button");
    button.type = "button";
    button.textContent = says.saysAfresh;
    button.addEventListener("click", function () {
      store(function (drawer) { drawer.removeItem(keyOf(form)); });
      form.reset();
      own.forEach(function (pair) { pair[0].value = pair[1]; });
      note.remove();
    });
    note.append(" ", button);
  }
  each("[data-draft-done]", function (receipt) {
    store(function (drawer) { drawer.removeItem("draft:" + receipt.dataset.draftDone); });
  });
  each("form[data-draft]", restore);
  page.addEventListener("input", function (event) {
    var form = event.target.form;
    if (form && form.dataset.draft) save(form);
  });

  /* A report for which there was no room goes again by itself, unless somebody goes on writing. */
  each("form[data-resend]", function (form) {
    var later = setTimeout(function () { form.requestSubmit(form.querySelector(".primary")); }, form.dataset.resend * 1000);
    form.addEventListener("input", function () { clearTimeout(later); });
  });

  /* "hace 3 h" stays true on a page that stays open. */
  function age(time) {
    var minutes = (Date.now() - Date.parse(time.dateTime)) / 6e4;
    var unit = minutes < 60 ? ["minute", minutes] : minutes < 2880 ? ["hour", minutes / 60] : ["day", minutes / 1440];
    if (minutes < 1 || minutes >= 86400) return;
    time.textContent = new Intl.RelativeTimeFormat(page.documentElement.lang, { style: "narrow" }).format(-Math.floor(unit[1]), unit[0]);
  }
  if (window.Intl && Intl.RelativeTimeFormat) setInterval(function () { each("time[data-age]", age); }, 6e4);
})();
