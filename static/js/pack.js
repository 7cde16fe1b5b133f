/* What somebody takes along to where there is no network: kept on the phone, one person's at a time. */
window.epoPack = (function () {
  "use strict";
  var BASE = "epo-pack", STORE = "kept", LEAST = 3e5, LATE = 14 * 864e5, page = document;

  function opened() {
    return new Promise(function (done, fail) {
      var asked = window.indexedDB.open(BASE, 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore(STORE, { keyPath: "owner" }); };
      asked.onsuccess = function () { done(asked.result); };
      asked.onerror = function () { fail(asked.error); };
    });
  }
  function inside(mode, act) {
    return opened().then(function (base) {
      return new Promise(function (done, fail) {
        var way = base.transaction(STORE, mode, { durability: "strict" }), asked = act(way.objectStore(STORE));
        way.oncomplete = function () { base.close(); done(asked && asked.result); };
        way.onabort = function () { base.close(); fail(way.error); };
      });
    });
  }

  /* The phone's clock may be wrong by days: a battle is thrown away long after its last day, else by the server's word. */
  function isOver(pack) { return pack.battle.last_day && Date.now() - Date.parse(pack.battle.last_day) > LATE; }
  function read() {
    return inside("readonly", function (store) { return store.getAll(); }).then(function (all) {
      var kept = all[0] || null;
      if (kept) kept.doc.packs = kept.doc.packs.filter(function (pack) { return !isOver(pack); });
      return kept;
    });
  }
  function forget() { return inside("readwrite", function (store) { store.clear(); }); }
  /* In one step, so that of two changes at once none is lost; where `next` gives nothing, what is kept stays. */
  function change(next) {
    var made = null;
    return inside("readwrite", function (store) {
      var asked = store.getAll();
      asked.onsuccess = function () {
        made = next(asked.result[0] || null);
        if (made) { store.clear(); store.put(made); }
      };
    }).then(function () { return made; });
  }

  /* Phones that were asked for stay with their battle, what was read stays read. An answer that was overtaken is nothing. */
  function joined(kept, doc) {
    var own = kept && kept.owner === doc.owner ? kept : { phones: {}, dropped: [], settled: [] }, phones = {};
    if (own.doc && Date.parse(own.doc.made_at) > Date.parse(doc.made_at)) return own;
    doc.packs.forEach(function (pack) {
      var id = pack.battle.id;
      if (own.phones[id] && pack.may_call) phones[id] = own.phones[id];
    });
    return { owner: doc.owner, at: Date.now(), doc: doc, phones: phones, dropped: own.dropped, settled: own.settled };
  }
  function asked(address, options) {
    var ask = Object.assign({ credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } }, options);
    return window.fetch(address, ask).then(function (answer) {
      var isOurs = answer.ok && /json/.test(answer.headers.get("Content-Type"));
      return isOurs ? answer.json() : null;
    });
  }
  /* Null where nothing is kept. Without network, or signed out by time, what is kept stays as it is. */
  function renew(owner, isUrgent) {
    return read().then(function (kept) {
      var age = kept ? Date.now() - kept.at : LEAST;
      if (kept && kept.owner === owner && !isUrgent && age >= 0 && age < LEAST) return kept;
      return asked("/api/v1/road-packs").then(function (doc) {
        return doc ? change(function (now) { return joined(now, doc); }) : kept;
      }, function () { return kept; });
    });
  }
  /* It is kept on the server who saw the phones. */
  function keepPhones(battle) {
    return asked("/api/v1/fresh").then(function (fresh) {
      if (!fresh) return null;
      var headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": fresh.csrf };
      return asked("/api/v1/battles/" + battle + "/contacts", { method: "POST", body: "{}", headers: headers });
    }).then(function (phones) {
      return phones && change(function (kept) {
        if (kept) kept.phones[battle] = phones;
        return kept;
      });
    });
  }

  function ageOf(moment) {
    var minutes = (Date.now() - moment) / 6e4;
    if (minutes < 1) return "";
    var unit = minutes < 60 ? ["minute", minutes] : minutes < 2880 ? ["hour", minutes / 60] : ["day", minutes / 1440];
    return new Intl.RelativeTimeFormat(page.documentElement.lang, { style: "narrow" }).format(-Math.floor(unit[1]), unit[0]);
  }

  /* On pages with a network: what is of somebody else goes, one's own is kept, and the page says so. */
  function say(place, kept) {
    var time = place.querySelector("time");
    time.dateTime = new Date(kept.at).toISOString();
    time.textContent = ageOf(kept.at) || time.textContent;
    place.hidden = false;
  }
  function offerPhones(button) {
    var status = button.parentNode.querySelector("[role=status]");
    button.parentNode.hidden = false;
    button.addEventListener("click", function () {
      keepPhones(button.dataset.keepPhones).catch(function () { return null; }).then(function (kept) {
        status.textContent = kept ? button.dataset.saysKept : page.body.dataset.saysOffline;
      });
    });
  }
  async function tend(owner) {
    var kept = await read(), place = page.querySelector("[data-pack]");
    if (kept && kept.owner !== owner) await forget();
    if (!place) return;
    kept = await renew(owner);
    if (!kept || kept.owner !== owner) return;
    say(place, kept);
    page.querySelectorAll("[data-keep-phones]").forEach(offerPhones);
  }
  var signedIn = page.getElementById("owner");
  if (signedIn && window.indexedDB) tend(signedIn.dataset.owner).catch(function () { /* a phone that keeps nothing */ });
  page.addEventListener("submit", function (event) {
    if (event.target.matches("form[data-signs-out]")) window.indexedDB.deleteDatabase(BASE);
  });

  return { read: read, renew: renew, keepPhones: keepPhones, change: change, forget: forget, ageOf: ageOf };
})();
