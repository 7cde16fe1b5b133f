/* What is written without network: each form becomes one action, kept before anything else happens. */
(function () {
  "use strict";
  var road = window.epoRoad, out = window.epoOutbox, fill = window.epoFill, page = document, MOST = 9999999999;
  if (!road) return;

  function find(data, path) { return path.split(".").reduce(function (at, name) { return at[name]; }, data); }
  function about(form, data) {
    var told = {};
    form.dataset.about.split(" ").forEach(function (pair) { told[pair.split(":")[0]] = Number(find(data, pair.split(":")[1])); });
    return told;
  }
  function fields(form) {
    return Array.from(form.elements).filter(function (field) { return field.name && field.type !== "file" && !field.closest("[hidden]"); });
  }
  /* Empty is unsaid, but where the form says otherwise. */
  function said(form) {
    var told = {};
    fields(form).forEach(function (field) {
      if (field.value.trim() || field.dataset.blank !== undefined) told[field.name] = field.value.trim();
    });
    var lines = Array.from(form.querySelectorAll("[data-line]")).filter(function (field) { return field.value; });
    if (form.querySelector("[data-line]")) {
      told.readings = lines.map(function (field) { return { line: Number(field.dataset.line), day: told.day, amount: fill.amount(field.value) }; });
      delete told.day;
    }
    return told;
  }
  /* As people read it again while it waits. */
  function words(form) {
    return Array.from(form.elements).map(function (field) {
      if (field.dataset.shown) return field.dataset.shown;
      if (!field.value || field.type === "hidden" || field.tagName === "BUTTON" || field.closest("[hidden]")) return "";
      if (field.type === "file") return field.files[0].name;
      var text = field.tagName === "SELECT" ? field.selectedOptions[0].text : field.type === "date" ? fill.day(field.value) : field.value;
      var name = field.dataset.line ? field.parentNode.querySelector("label").textContent + ": " : "";
      return name + text + (field.dataset.unit ? " " + field.dataset.unit : "");
    }).filter(Boolean).join(" · ");
  }
  function seen(form, data) {
    if (!form.dataset.seen) return null;
    var pair = form.dataset.seen.split(":"), state = find(data, pair[1]);
    return { machine: pair[0], label: road.label(pair[0], state) };
  }
  function now() {
    var text = new Date().toISOString();
    return /^\d{4}-/.test(text) ? text : null;
  }
  function entryOf(form, data) {
    var version = form.dataset.version ? find(data, form.dataset.version) : null;
    return {
      id: out.id(), owner: road.owner(), title: fill.words(data, form.dataset.title), label: fill.words(data, form.dataset.title),
      words: words(form), seen: seen(form, data),
      action: { kind: form.dataset.do, about: about(form, data), version: version, at: now(), said: said(form) },
    };
  }

  /* A photo goes by itself, with its words in the address. */
  function withPhoto(entry, form) {
    var field = form.querySelector("[type=file]");
    if (!field) return Promise.resolve(entry);
    return out.shrunk(field.files[0]).then(function (blob) {
      var to = "/api/v1/battles/" + entry.action.about.battle + "/photos/" + entry.id + "?" + new URLSearchParams(entry.action.said);
      return Object.assign(entry, { blob: blob, url: to });
    });
  }

  /* What keeps it from being written, where something does. */
  function wrong(entry) {
    var readings = entry.action.said.readings;
    if (!readings) return "";
    if (!readings.length) return road.says.saysEmpty;
    return readings.every(function (one) { return isFinite(one.amount) && one.amount <= MOST; }) ? "" : road.says.saysAmount;
  }
  function refuse(form, text) {
    var note = form.querySelector(".error") || form.insertBefore(page.createElement("p"), form.firstChild);
    note.className = "error";
    note.setAttribute("role", "alert");
    note.textContent = text;
  }
  road.place.addEventListener("submit", function (event) {
    var form = event.target, entry = entryOf(form, road.dataOf(form));
    event.preventDefault();
    form.removeAttribute("aria-busy");
    form.querySelectorAll("[aria-busy]").forEach(function (busy) { busy.removeAttribute("aria-busy"); });
    if (wrong(entry)) { refuse(form, wrong(entry)); return; }
    if (form.getAttribute("aria-disabled")) return;
    form.setAttribute("aria-disabled", "true");
    withPhoto(entry, form).then(function (whole) { return out.put([whole]); }).then(function () {
      delete form.dataset.begun;
      page.getElementById("notices").replaceChildren();
      return road.written(entry.id);
    }).then(out.send, function () {
      form.removeAttribute("aria-disabled");
      refuse(form, road.says.saysLost);
    });
  });

  /* A machine found broken: one of the plant, or a new one; the usual faults of its kind at hand. */
  function faults(form) {
    var data = road.dataOf(form), own = data.machines.find(function (one) { return String(one.id) === form.elements.machine.value; });
    var kind = own ? own.kind : form.elements.kind.value;
    var known = data.machines.find(function (one) { return one.kind === kind && one.faults.length; });
    var chips = form.querySelector("[data-faults]");
    form.querySelector("[data-new]").hidden = Boolean(own);
    chips.replaceChildren.apply(chips, (known ? known.faults : []).map(chip));
    chips.hidden = !known;
  }
  function chip(fault) {
    var button = page.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.textContent = button.dataset.fault = fault;
    return button;
  }
  road.place.addEventListener("input", function (event) {
    var form = event.target.form;
    if (!form) return;
    form.dataset.begun = "";
    if (form.querySelector("[data-faults]") && event.target.tagName === "SELECT") faults(form);
    if (form.elements.first) form.elements.last.min = form.elements.first.value;
    if (form.elements.barrier) form.elements.barrier.required = form.elements.outcome.value === "not_repairable";
  });
  road.place.addEventListener("click", function (event) {
    var fault = event.target.closest("[data-fault]"), phones = event.target.closest("[data-phones]");
    if (fault) {
      var what = fault.closest("form").elements.what;
      what.value = what.value ? what.value + ", " + fault.dataset.fault : fault.dataset.fault;
      what.form.dataset.begun = "";
      what.focus();
    }
    if (phones) {
      road.phones(phones.value).then(null, function () { road.tell(page.body.dataset.saysOffline, "wait"); });
    }
  });
})();
