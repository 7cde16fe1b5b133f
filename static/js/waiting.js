/* Reports go by the outbox where the line does not carry them; every page tells what waits and sends it. */
(function () {
  "use strict";
  var out = window.epoOutbox, page = document, PATIENCE = 15e3, WIDEST = 1280, MOST_PHOTOS = 4;
  if (!out || !window.indexedDB || !window.Promise) return;
  var box = page.getElementById("outbox"), list = page.getElementById("waits"), form = page.querySelector("form[data-report]");
  if (navigator.serviceWorker) navigator.serviceWorker.register("/sw.js").catch(function () { /* it goes without */ });

  function isReport(entry) { return !entry.after && !entry.action; }
  function isListed(entry) { return isReport(entry) || entry.after && entry.state === "refused"; }
  function text(place, words) { place.textContent = words; }

  /* What waits, in one line on every page. */
  function count(entries) {
    var waiting = entries.filter(function (entry) { return entry.state === "waiting"; }), last = entries[entries.length - 1];
    function said(one, many, number) { return number === 1 ? one : number ? many.replace("#", number) : ""; }
    var photos = waiting.filter(function (entry) { return entry.blob; }).length, reports = waiting.filter(isReport).length, is = box.dataset;
    var words = [said(is.report, is.reports, reports), said(is.photo, is.photos, photos), said(is.note, is.notes, waiting.length - photos - reports)];
    var just = !waiting.length && here && last && last.state === "sent";
    box.hidden = !waiting.length && !just;
    box.className = "notice " + (just ? "good" : "wait");
    text(box.querySelector("p"), just ? box.dataset.arrived :
      words.filter(Boolean).join(" "));
    box.querySelector("button").hidden = !waiting.length;
  }

  /* What waits and what went, one by one. */
  function row(entry) {
    var item = page.getElementById("wait-" + entry.state).content.cloneNode(true);
    text(item.querySelector("[data-what]"), entry.label || "");
    var link = item.querySelector("[data-link]"), why = item.querySelector("[data-why]");
    if (link && entry.answer.link) { link.href = entry.answer.link; text(link, "R-" + entry.answer.number); }
    if (why) text(why, entry.answer.why);
    var sms = item.querySelector("[data-sms]"), file = item.querySelector("[data-file]"), drop = item.querySelector("[data-drop]");
    if (sms && entry.json) sms.href = "sms:" + sms.dataset.sms + "?body=" + encodeURIComponent(asText(entry));
    if (file && entry.json) {
      file.href = URL.createObjectURL(new Blob([JSON.stringify(entry.json, null, 1)], { type: "application/json" }));
      file.hidden = false;
      file.download = "epo-" + entry.id.slice(0, 8) + ".json";
    }
    if (drop) drop.addEventListener("click", function () { if (window.confirm(drop.dataset.confirm)) out.drop(entry.n); });
    return item;
  }
  /* As the number for text messages understands it; where a label was never opened with a line, by its address. */
  function asText(entry) {
    var json = entry.json, said = [json.plant_name, json.machine_name, json.text].concat(json.faults).filter(Boolean).join(". ");
    return ["AVERIA", entry.number, said, !entry.number && json.label ? "r/" + json.label : ""].filter(Boolean).join(" ");
  }
  var here = 0;
  function show() {
    return out.list().then(function (entries) {
      if (box) count(entries);
      if (!list) return;
      list.replaceChildren.apply(list, entries.filter(isListed).map(row));
      page.getElementById("waits-none").hidden = entries.some(function (one) { return isListed(one) || one.state === "waiting"; });
    });
  }
  function go() {
    return out.list().then(function (entries) {
      return entries.some(function (entry) { return entry.state === "waiting"; }) ? out.send() : 0;
    }).catch(function () { /* a browser that keeps nothing */ });
  }
  out.on(show);
  show().then(go).catch(function () { box = list = form = null; });
  window.addEventListener("online", go);
  page.addEventListener("visibilitychange", function () { if (!page.hidden) go(); });
  page.addEventListener("click", function (event) { if (event.target.closest("[data-send-now]")) go(); });

  out.shrunk = shrunk;
  if (!form) return;
  var isShell = form.dataset.report === "";
  function spot() {
    if (!isShell) return JSON.parse(form.dataset.report);
    var said = new URLSearchParams(location.search), label = location.pathname.match(/^\/r\/([^/]+)$/), found = {};
    if (label) found.label = decodeURIComponent(label[1]);
    ["machine", "factory"].forEach(function (name) { if (/^\d{1,15}$/.test(said.get(name))) found[name] = Number(said.get(name)); });
    if (said.get("municipality")) found.municipality = said.get("municipality");
    return found;
  }
  if (isShell) {
    form.elements.id.value = out.id();
    if (spot().label || spot().factory) form.querySelector("[name=plant_name]").closest(".field").hidden = true;
    if (spot().machine) form.querySelector("[name=machine_name]").closest(".field").hidden = true;
  }

  function said() {
    var data = new FormData(form), json = spot();
    ["condition", "text", "plant_name", "machine_name", "kind", "name", "phone"].forEach(function (name) {
      if (data.get(name)) json[name] = data.get(name);
    });
    json.faults = data.getAll("faults");
    json.language = page.documentElement.lang.slice(0, 2);
    json.sent_at = new Date().toISOString().replace(/^[+-].*/, "") || null;  /* a clock that is thousands of years off */
    return json;
  }
  function isWhole(json) { return json.condition && (json.text || json.faults.length); }

  /* A photo as large as anybody looks at it; as it was where the browser cannot. */
  function shrunk(file) {
    if (!window.createImageBitmap) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: "from-image" }).then(function (picture) {
      var share = Math.min(1, WIDEST / Math.max(picture.width, picture.height)), canvas = page.createElement("canvas");
      canvas.width = Math.round(picture.width * share);
      canvas.height = Math.round(picture.height * share);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      return new Promise(function (done) { canvas.toBlob(function (small) { done(small && small.size < file.size ? small : file); }, "image/jpeg", 0.8); });
    }).catch(function () { return file; });
  }
  function photosOf(id) {
    var field = form.elements.photos, files = field ? Array.from(field.files).slice(0, MOST_PHOTOS) : [];
    return Promise.all(files.map(shrunk)).then(function (blobs) {
      return blobs.map(function (blob, at) {
        var own = out.id();
        return { id: own, after: id, url: "/api/v1/reports/" + id + "/photos/" + own, blob: blob, label: files[at].name };
      });
    });
  }

  /* By the page's own address while there is a line: its answer says what is missing, and where the receipt is. */
  function straight() {
    var stop = new AbortController(), late = setTimeout(function () { stop.abort(); }, PATIENCE), data = new FormData(form);
    data.delete("photos");
    return fetch(location.href, { method: "POST", body: data, signal: stop.signal, headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (answer.status >= 500) throw new Error("later");
        return answer.ok ? answer.json() : null;
      })
      .finally(function () { clearTimeout(late); });
  }
  function byTheOutbox(id, json, photos) {
    var title = json.machine_name || page.querySelector("h1").textContent.trim();
    var report = { id: id, url: "/api/v1/reports/" + id, json: json, label: title, number: form.dataset.number || "" };
    return out.put([report].concat(photos)).catch(function () {
      return out.put([report]);  /* a full phone has room for words */
    }).then(function () {
      try { localStorage.removeItem("draft:" + form.dataset.draft); } catch (refused) { /* it keeps none */ }
      form.reset();
      form.elements.id.value = out.id();
      page.getElementById("notices").replaceChildren();
      here += 1;
      return show();
    }).then(function () {
      box.focus();
      out.send();
    });
  }
  function plainly() { HTMLFormElement.prototype.submit.call(form); }
  function free() {
    [form, form.querySelector(".primary")].forEach(function (busy) { busy.removeAttribute("aria-busy"); });
  }

  form.addEventListener("submit", function (event) {
    var id = form.elements.id.value, json = said(), hasLine = navigator.onLine !== false && !isShell;
    event.preventDefault();
    if (!isWhole(json)) {
      if (hasLine) { plainly(); return; }
      var note = page.createElement("p");
      note.className = "notice bad";
      note.setAttribute("role", "alert");
      text(note, form.dataset.empty);
      page.getElementById("notices").replaceChildren(note);
      note.scrollIntoView({ block: "nearest" });
      free();
      return;
    }
    photosOf(id).then(function (photos) {
      return (hasLine ? straight() : Promise.reject(new Error("no line"))).then(
        function (answer) {
          if (!answer) { plainly(); return; }
          return (photos.length ? out.put(photos) : Promise.resolve()).then(function () { location.assign(answer.to); });
        },
        function () { return byTheOutbox(id, json, photos).then(free); });
    }).catch(plainly);
  });
})();
