/* Pages of what is kept on the phone: battles, calls and plants are read here, and written about, without network.
   What is written waits in the outbox; where it came from shows how far it is. */
(function () {
  "use strict";
  var page = document, place = page.getElementById("road"), start = page.getElementById("start");
  var out = window.epoOutbox, pack = window.epoPack, fill = window.epoFill;
  if (!place || !out || !pack || !fill || !window.indexedDB) return;
  var says = place.dataset, states = JSON.parse(says.states), forms = new WeakMap();
  var kept = null, wishes = [], isShown = null, STOPS = "h1, h2, summary, button, a, input, select, textarea";
  var VIEWS = { batalla: battle, llamada: call, planta: plant };
  var PATHS = [[/^\/mis-batallas\/(\d+)$/, "batalla"], [/^\/convocatorias\/(\d+)$/, "llamada"], [/^\/plantas\/(\d+)/, "planta"]];

  function label(machine, state) { return (states[machine + "." + state] || ["", ""])[1]; }
  function today() {
    var now = new Date();
    return [now.getFullYear(), ("0" + (now.getMonth() + 1)).slice(-2), ("0" + now.getDate()).slice(-2)].join("-");
  }

  /* Wishes: what this person wrote here, and what the server keeps of what could not be done. */
  function wished(entry) {
    var action = entry.action, answer = entry.answer || {};
    return {
      n: entry.n, id: entry.id, kind: action.kind, about: action.about, said: action.said, at: action.at,
      title: entry.title, words: entry.words, state: entry.state, detail: entry.state === "refused" ? answer.why : "",
      seen: entry.seen, now: answer.state || "", waits: entry.state === "waiting", may_drop: entry.state === "refused",
    };
  }
  function missed() {
    var known = wishes.map(function (wish) { return wish.id; }).concat(kept.dropped);
    return kept.doc.missed.filter(function (one) { return !one.is_handled && !known.includes(one.id); }).map(function (one) {
      return {
        id: one.id, kind: one.kind, about: { battle: one.battle, plant: one.plant }, said: {}, at: one.at, title: one.kind_label,
        words: one.words, state: "refused", detail: one.detail, may_drop: true,
      };
    });
  }
  /* A request has its own state; what was sent is told of the battle or the offer. */
  function stateNow(wish) {
    if (!wish.seen || !wish.seen.label || wish.state !== "refused") return "";
    var jobs = [].concat.apply([], kept.doc.packs.map(function (one) { return one.jobs; }));
    var job = wish.said.request && jobs.find(function (one) { return String(one.request) === String(wish.said.request); });
    var now = wish.seen.machine === "request" ? job && label("request", job.state) : label(wish.seen.machine, wish.now);
    return now && now !== wish.seen.label ? now : "";
  }
  function isAbout(wish, kinds, key, value) {
    var told = wish.about[key] === undefined ? wish.said[key] : wish.about[key];
    return kinds.split(" ").includes(wish.kind) && String(told) === String(value);
  }
  function waits(kinds, key, value) {
    return wishes.some(function (wish) { return wish.state !== "refused" && isAbout(wish, kinds, key, value); });
  }

  function rows(list, some) {
    some.forEach(function (wish) {
      var own = { seen: wish.seen ? wish.seen.label : "", now: stateNow(wish), states: states }, item;
      item = fill.template("road-" + wish.state, Object.assign({}, wish, own, { seen_label: own.seen, seen: function () { return false; } }));
      item.firstElementChild.id = "wish-" + wish.id;
      var drop = item.querySelector("[data-drop]");
      if (drop) drop.addEventListener("click", function () { dropped(wish); });
      list.append(item);
    });
  }
  function noted(list, ids) {
    return pack.change(function (now) {
      if (now) now[list] = now[list].concat(ids).slice(-200);
      return now;
    });
  }
  function dropped(wish) {
    if (wish.waits && !window.confirm(says.saysSure)) return;
    var read = wish.waits ? Promise.resolve() : noted("dropped", [wish.id]);
    read.then(function () { return wish.n === undefined ? null : out.drop(wish.n); }).then(load).then(function () { show(true); });
  }

  /* What each place of a template asks for beyond its data; true where that was all. */
  function keyed(spot, data) {
    var pair = spot.dataset.key.split(":");
    return [pair[0], pair[1].split(".").reduce(function (at, name) { return at[name]; }, data)];
  }
  function seen(spot, data) {
    if (spot.dataset.unless !== undefined) {
      var key = keyed(spot, data);
      if (waits(spot.dataset.unless, key[0], key[1])) { spot.remove(); return true; }
    }
    if (spot.dataset.said !== undefined) {
      var about = keyed(spot, data);
      var some = wishes.filter(function (wish) { return isAbout(wish, spot.dataset.said, about[0], about[1]); });
      if (!some.length) { spot.remove(); return true; }
      rows(spot, some);
      return true;
    }
    if (spot.dataset.do !== undefined) forms.set(spot, data);
    return false;
  }

  /* The data of each view. */
  function root() {
    return Object.assign({
      states: states, seen: seen, at: kept.at, is_old: pack.ageOf(kept.at), today: today(), choices: kept.doc.choices, name: kept.doc.name,
    });
  }
  function below(data, more) { return Object.assign(Object.create(root()), data, more); }
  function pairs(things, name, key) { return things.map(function (one) { return [one[key || "id"], one[name]]; }).filter(function (pair) { return pair[0]; }); }
  function job(one, own) {
    var last = wishes.filter(function (wish) { return wish.state !== "refused" && isAbout(wish, "battle.outcome", "request", one.request); }).pop();
    var machine = own.machines.find(function (each) { return each.id === one.machine; });
    var isJudged = one.is_active && one.outcome;
    return Object.assign({}, one, {
      machine_name: machine ? machine.name : "", shown_outcome: last ? last.said.outcome : one.outcome,
      shown_state: isJudged ? one.outcome : one.state, shown_label: isJudged ? one.outcome_label : one.state_label,
      may_judge: own.may_write && one.is_active, may_need: own.may_record && one.is_active,
      needs: one.needs.map(function (need) {
        return Object.assign({}, need, { is_missing: need.state === "missing", may_settle: own.may_record && one.is_active });
      }),
    });
  }
  function member(one, own, phones) {
    var may = one.is_me || own.may_record, isAway = one.state === "accepted" && !waits("offer.arrived", "offer", one.offer);
    var canArrive = may && isAway && own.has_begun;
    var canGoHome = may && !isAway && one.state !== "done" && !waits("offer.home", "offer", one.offer);
    return Object.assign({}, one, {
      phone: phones && phones.people.find(function (each) { return each.offer === one.offer; }),
      can_arrive: canArrive, can_go_home: canGoHome, may_note_arrival: canArrive && !one.is_me, may_note_return: canGoHome && !one.is_me,
    });
  }
  function battle(id) {
    var found = kept.doc.packs.find(function (one) { return one.battle.id === id; });
    if (!found) return null;
    var phones = kept.phones[id], open = ["asking", "ready", "under_way"].includes(found.battle.state), data = below(found);
    data.has_begun = open && (found.battle.state === "under_way" || today() >= (found.offer.leaves_on || "9"));
    data.may_write = found.may_record && data.has_begun;
    data.machine_choices = pairs(found.machines, "name");
    data.plant_phone = phones && phones.plant;
    data.jobs = found.jobs.map(function (one) { return job(one, data); });
    data.worker_choices = pairs(found.crew, "name", "volunteer");
    data.crew = found.crew.map(function (one) { return member(one, data, phones); });
    data.me = data.crew.filter(function (one) { return one.is_me; });
    return { template: "road-battle", data: data, about: ["battle", id] };
  }
  function call(id) {
    var found = kept.doc.asks.find(function (one) { return one.offer.id === id; });
    return found && { template: "road-call", data: below(found, { may_decline: found.offer.state === "asked" }), about: ["offer", id] };
  }
  function saidState(one) {
    var last = wishes.filter(function (wish) { return wish.state !== "refused" && isAbout(wish, "machine.state", "machine", one.id); }).pop();
    return Object.assign({}, one, { shown_state: last ? last.said.state : one.state });
  }
  function plant(id) {
    var found = kept.doc.plants.find(function (one) { return one.id === id; });
    return found && {
      template: "road-plant", about: ["plant", id],
      data: below(found, {
        plant_id: found.id, machines: found.machines.map(saidState),
        machine_choices: pairs(found.machines, "name"), taught_choices: pairs(found.learned_from, "title"),
        may_read_out: found.may_tell && found.lines.length > 0,
      }),
    };
  }
  function home() {
    var doc = kept.doc, data = below(doc, { is_empty: !doc.packs.length && !doc.asks.length && !doc.plants.length });
    return { template: "road-home", data: data, about: null };
  }

  /* Which view: by the part after #, else by the address that could not be opened. */
  function asked() {
    var said = window.location.hash.match(/^#(batalla|llamada|planta)-(\d+)$/);
    if (said) return [said[1], Number(said[2])];
    var path = !window.location.hash && PATHS.find(function (one) { return one[0].test(window.location.pathname); });
    return path ? [path[1], Number(window.location.pathname.match(path[0])[1])] : null;
  }
  function view() {
    var way = asked();
    if (!kept) return { template: "road-none", data: { seen: seen, states: states }, about: null };
    return way ? VIEWS[way[0]](way[1]) || { template: "road-gone", data: root(), about: null } : home();
  }
  function lists(made, about) {
    var isPlaced = function (wish) { return made.querySelector("[id='wish-" + wish.id + "']"); };
    var concerned = kept ? wishes.concat(missed()).filter(function (wish) {
      return !isPlaced(wish) && (!about || String(wish.about[about[0]]) === String(about[1]));
    }) : [];
    made.querySelectorAll("[data-list]").forEach(function (list) {
      var state = list.dataset.list;
      rows(list, concerned.filter(function (wish) { return wish.state === state; }));
      if (!list.children.length) list.closest("section").remove();
    });
  }
  /* Nobody is disturbed while they type. What is unfolded and half written stays so, and the focus stays. */
  function show(isAsked) {
    var what = JSON.stringify([window.location.hash, kept && [kept.at, kept.phones, kept.dropped], wishes]);
    if (!isAsked && what === isShown) return;
    if (!isAsked && place.querySelector("input:focus, select:focus, textarea:focus")) return;
    var shown = view(), made = fill.template(shown.template, shown.data), back = held();
    lists(made, shown.about);
    isShown = what;
    start.hidden = Boolean(kept && asked());
    place.replaceChildren(made);
    place.hidden = false;
    back.forEach(function (act) { act(); });
  }
  function nameOf(part) {
    var card = part.closest(".card, li"), form = part.dataset;
    return [form.do, form.title, part.firstElementChild.textContent, card ? card.firstElementChild.textContent : ""].join();
  }
  function all(what) { return Array.from(place.querySelectorAll(what)); }
  /* What to do once the page is drawn anew. */
  function held() {
    var open = all("details[open]").map(nameOf), on = page.activeElement, id = on.id, text = on.textContent, at = all(STOPS).indexOf(on);
    var begun = all("form[data-begun]").map(function (form) {
      return [nameOf(form), Array.from(form.elements).map(function (field) { return field.value; })];
    });
    return [
      function () { all("details").forEach(function (fold) { fold.open = open.includes(nameOf(fold)); }); },
      function () {
        begun.forEach(function (pair) {
          var form = all("form").find(function (one) { return nameOf(one) === pair[0]; });
          if (form) Array.from(form.elements).forEach(function (field, n) { refill(field, pair[1][n]); });
        });
      },
      function () {
        var next = /^wish-/.test(id) ? page.getElementById(id) : at < 0 ? null : all(STOPS)[at];
        if (next && (next.id === id || next.textContent === text)) focusOn(next);
      },
    ];
  }
  function refill(field, value) {
    if (field.value === value || field.type === "hidden" || field.type === "file") return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function focusOn(one) {
    if (one.tabIndex < 0) one.tabIndex = -1;
    one.focus({ preventScroll: true });
  }
  function toTop() {
    var head = (start.hidden ? place : start).querySelector("h1");
    window.scrollTo(0, 0);
    if (head) head.focus();
  }

  function load() {
    return Promise.all([pack.read(), out.list()]).then(function (both) {
      kept = both[0];
      var settled = kept ? kept.settled : [];
      wishes = kept ? both[1].filter(function (entry) {
        return entry.action && entry.owner === kept.owner && !settled.includes(entry.id);
      }).map(wished) : [];
    });
  }
  /* What the server has answered shows in a new pack; until then it stands as sent. */
  function renewed(isUrgent) {
    var sent = wishes.filter(function (wish) { return wish.state === "sent"; }).map(function (wish) { return wish.id; });
    var before = kept && kept.at;
    return pack.renew(kept ? kept.owner : "", isUrgent).then(function (now) {
      if (!now || now.at === before || !sent.length) return null;
      return noted("settled", sent);
    }).then(load).then(function () { show(); });
  }
  function tell(words, kind) {
    var note = page.createElement("p");
    note.className = "notice " + kind;
    note.textContent = words;
    page.getElementById("notices").replaceChildren(note);
  }
  function count(state) { return wishes.filter(function (wish) { return wish.state === state; }).length; }
  function heard() {
    var before = { waiting: count("waiting"), refused: count("refused"), sent: count("sent") };
    return load().then(function () {
      if (count("refused") > before.refused) tell(says.saysRefused, "bad");
      else if (before.waiting && !count("waiting")) tell(says.saysArrived, "good");
      show();
      return count("refused") > before.refused || count("sent") > before.sent ? renewed(true) : null;
    });
  }

  window.epoRoad = {
    place: place, says: says, owner: function () { return kept && kept.owner; }, label: label,
    dataOf: function (form) { return forms.get(form); }, tell: tell,
    written: function (id) {
      return load().then(function () {
        show(true);
        var item = page.getElementById("wish-" + id);
        if (item) { item.tabIndex = -1; item.focus(); }
      });
    },
    phones: function (battle) { return pack.keepPhones(battle).then(load).then(function () { show(); }); },
  };
  window.addEventListener("hashchange", function () {
    if (window.location.hash !== "#main") load().then(function () { show(true); toTop(); });
  });
  window.addEventListener("online", function () { renewed(); });
  place.addEventListener("click", function (event) {
    var jump = event.target.closest("[data-jump]"), part = jump && place.querySelector("[data-part=" + jump.dataset.jump + "]");
    if (part) { part.scrollIntoView(); part.focus(); }
  });
  place.addEventListener("focusout", function () { setTimeout(show, 0); });
  out.on(function () { heard().catch(function () { /* a browser that keeps nothing */ }); });
  load().then(function () {
    show();
    if (asked() && kept) toTop();
    return renewed();
  }).catch(function () { place.hidden = true; });
})();
